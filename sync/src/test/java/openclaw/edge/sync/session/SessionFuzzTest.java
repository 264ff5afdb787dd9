package openclaw.edge.sync.session;

import static openclaw.edge.sync.session.TestPeer.SECRET;
import static openclaw.edge.sync.session.TestPeer.keys;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Random;
import openclaw.edge.sync.session.TestPeer.Packet;
import openclaw.edge.sync.wire.DropReason;
import openclaw.edge.sync.wire.WireDescriptor;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Bytes that nobody of the cluster signed: never accepted, never an exception, nothing changed. */
final class SessionFuzzTest {

    private static final long A = 0xA;
    private static final long B = 0xB;
    private static final int RANDOM_DATAGRAMS = 200_000;
    private static final int DATAGRAMS = 100_000;

    private final TestPeer a = new TestPeer("a", 7_001, A, keys(SECRET));
    private final TestPeer b = new TestPeer("b", 7_002, B, keys(SECRET));
    private Packet hello;
    private Packet welcome;

    @BeforeEach
    void establish() {
        a.table.connect(b.address, 0);
        a.table.poll(0);
        hello = a.takeSent();
        b.receive(hello, 0);
        welcome = b.takeSent();
    }

    @Test
    void shouldNeverAcceptAChangedHelloWelcomeOrDatum() {
        b.table.poll(PendingSessions.LIFE_NS);
        assertThat(b.table.pendingCount()).isZero();
        refuseAllButTheTrueOne(b, hello);
        assertThat(b.table.pendingCount()).as("only the true one").isEqualTo(1);

        refuseAllButTheTrueOne(a, b.takeSent());
        assertThat(a.established).hasSize(1);

        refuseAllButTheTrueOne(b, a.data(B, 1));
        assertThat(b.established).hasSize(1);
        assertThat(b.received).containsExactly(1);
    }

    private static void refuseAllButTheTrueOne(final TestPeer to, final Packet packet) {
        final byte[] bytes = packet.bytes();
        for (int i = 0; i < bytes.length; i++) {
            for (final int change : new int[] {1, 0x80, 0xFF}) {
                bytes[i] ^= (byte) change;
                assertThat(to.receive(bytes, packet.from(), 0))
                        .as("byte %d of %d changed by %d", i, bytes.length, change)
                        .isNotEqualTo(DropReason.NONE);
                bytes[i] ^= (byte) change;
            }
        }
        for (int length = 0; length < bytes.length; length++) {
            assertThat(to.receive(Arrays.copyOf(bytes, length), packet.from(), 0))
                    .as("cut to %d bytes", length)
                    .isNotEqualTo(DropReason.NONE);
        }
        assertThat(to.receive(Arrays.copyOf(bytes, bytes.length + 1), packet.from(), 0))
                .as("one byte more")
                .isNotEqualTo(DropReason.NONE);
        assertThat(to.receive(packet, 0)).isEqualTo(DropReason.NONE);
    }

    @Test
    void shouldNeverAcceptRandomBytes() {
        a.receive(welcome, 0);
        final byte[] good = a.data(B, 1).bytes();
        for (long seed = 1; seed <= RANDOM_DATAGRAMS; seed++) {
            final Random random = new Random(seed);
            final byte[] bytes = new byte[random.nextInt(400)];
            random.nextBytes(bytes);
            // A true header leads deeper.
            System.arraycopy(
                    good, 0, bytes, 0, Math.min(bytes.length, random.nextInt(WireDescriptor.HEADER_BYTES + 1)));
            if (bytes.length > 3 && random.nextBoolean()) {
                bytes[3] = (byte) (1 + random.nextInt(3));
            }
            assertThat(b.receive(bytes, a.address, 0)).as("seed %d", seed).isNotEqualTo(DropReason.NONE);
        }
        assertThat(b.established).isEmpty();
        assertThat(b.table.pendingCount()).isEqualTo(1);
    }

    @Test
    void shouldAllocateNothingPerDatagram() {
        a.receive(welcome, 0);
        b.receive(a.data(B, 0), 0);
        final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        final Session session = a.table.current(B);
        final UnsafeBuffer buffer = new UnsafeBuffer(new byte[WireDescriptor.MAX_DATAGRAM_BYTES]);
        b.records = false;
        assertThat(carry(session, buffer)).isEqualTo(DATAGRAMS);
        final long self = -threads.getCurrentThreadAllocatedBytes() + threads.getCurrentThreadAllocatedBytes();
        final long before = threads.getCurrentThreadAllocatedBytes();
        carry(session, buffer);
        final long allocated = threads.getCurrentThreadAllocatedBytes() - before - self;
        assertThat(allocated).as("bytes for %d datagrams", DATAGRAMS).isLessThan(DATAGRAMS / 10);
    }

    private int carry(final Session session, final UnsafeBuffer buffer) {
        int carried = 0;
        for (int i = 0; i < DATAGRAMS; i++) {
            final int length = a.table.seal(session, buffer, 100);
            if (b.table.receive(buffer, length, a.address, i) == DropReason.NONE) {
                carried++;
            }
        }
        return carried;
    }
}
