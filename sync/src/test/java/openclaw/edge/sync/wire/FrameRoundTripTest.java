package openclaw.edge.sync.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Random;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** What is written is read, whatever it is, and never beyond the limit. */
final class FrameRoundTripTest {

    private static final int DATAGRAMS = 5_000;
    private static final byte BEYOND = 0x5A;

    private final byte[] bytes = new byte[WireDescriptor.MAX_DATAGRAM_BYTES];
    private final UnsafeBuffer buffer = new UnsafeBuffer(bytes);
    private final FrameEncoder encoder = new FrameEncoder();
    private final FrameDecoder decoder = new FrameDecoder();

    @Test
    void shouldReadWhatWasWritten() {
        for (long seed = 1; seed <= DATAGRAMS; seed++) {
            final Random random = new Random(seed);
            final int limit = WireDescriptor.HEADER_BYTES
                    + random.nextInt(WireDescriptor.BODY_LIMIT - WireDescriptor.HEADER_BYTES + 1);
            buffer.setMemory(0, bytes.length, BEYOND);
            encoder.wrap(buffer, WireDescriptor.HEADER_BYTES, limit);
            final List<String> expected = new RandomFrames(random, encoder).write(1 + random.nextInt(20));
            final int end = WireDescriptor.HEADER_BYTES + encoder.lengthBytes();
            final FrameText text = new FrameText();

            final DropReason reason = decoder.decode(buffer, WireDescriptor.HEADER_BYTES, end, text);

            assertThat(reason).as("seed %d", seed).isEqualTo(DropReason.NONE);
            assertThat(text.lines).as("seed %d", seed).isEqualTo(expected);
            assertThat(end).as("seed %d", seed).isLessThanOrEqualTo(limit);
            for (int i = limit; i < bytes.length; i++) {
                assertThat(bytes[i])
                        .as("seed %d, byte %d beyond the limit", seed, i)
                        .isEqualTo(BEYOND);
            }
        }
    }

    @Test
    void shouldHoldManyEntries() {
        encoder.wrap(buffer, WireDescriptor.HEADER_BYTES, WireDescriptor.BODY_LIMIT);
        final EntryFlyweight entry = new EntryFlyweight();
        encoder.heartbeat(1_000_000, 1_000_000, 1_000_000);
        encoder.beginChanges(WireDescriptor.STREAM_OWN, 0);
        int entries = 0;
        do {
            entry.agent(entries, 1, 2, 3).deficitUnits(1L << 40).counters(1_000 + entries, 1_000_000, 0);
        } while (encoder.entry(entry) && ++entries > 0);
        assertThat(entries).as("agents' entries in a datagram").isGreaterThan(45);
    }

    @Test
    void shouldAllocateNothing() {
        final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        final RangeCheck check = new RangeCheck();
        final EntryFlyweight entry = new EntryFlyweight();
        carry(entry, check);
        final long self = -threads.getCurrentThreadAllocatedBytes() + threads.getCurrentThreadAllocatedBytes();
        final long before = threads.getCurrentThreadAllocatedBytes();
        carry(entry, check);
        final long allocated = threads.getCurrentThreadAllocatedBytes() - before - self;
        assertThat(check.calls).as("values read").isGreaterThan(DATAGRAMS);
        assertThat(allocated).as("bytes for %d datagrams", DATAGRAMS).isLessThan(DATAGRAMS);
    }

    /** Full datagrams of both streams. */
    private void carry(final EntryFlyweight entry, final RangeCheck check) {
        for (int i = 0; i < DATAGRAMS; i++) {
            encoder.wrap(buffer, WireDescriptor.HEADER_BYTES, WireDescriptor.BODY_LIMIT);
            encoder.heartbeat(i, i, i);
            encoder.beginChanges(i % WireDescriptor.STREAMS, i);
            int rows = 0;
            do {
                encoder.beginRow();
                entry.agent(rows++, i, 2, 3)
                        .deficitUnits(i)
                        .incarnation(rows % 3)
                        .counters(i, i, rows % 2);
            } while (encoder.entry(entry));
            encoder.abandonRow();
            encoder.endChanges(i + 1, true);
            final int end = WireDescriptor.HEADER_BYTES + encoder.lengthBytes();
            if (decoder.decode(buffer, WireDescriptor.HEADER_BYTES, end, check) != DropReason.NONE) {
                throw new AssertionError("datagram " + i + " was dropped");
            }
        }
    }
}
