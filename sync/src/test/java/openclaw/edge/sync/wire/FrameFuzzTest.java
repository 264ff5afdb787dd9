package openclaw.edge.sync.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** Frames that a member has signed and that are garbage: dropped whole or read in range, never an exception. */
final class FrameFuzzTest {

    private static final int RANDOM_BODIES = 200_000;
    private static final int MUTATED_BODIES = 100_000;

    private final FrameDecoder decoder = new FrameDecoder();
    private final byte[] bytes = new byte[WireDescriptor.MAX_DATAGRAM_BYTES];
    private final UnsafeBuffer buffer = new UnsafeBuffer(bytes);
    private final RangeCheck check = new RangeCheck();
    private final Set<DropReason> seen = EnumSet.noneOf(DropReason.class);

    private DropReason decode(final int length) {
        check.calls = 0;
        final DropReason reason = decoder.decode(buffer, 0, length, check);
        if (reason != DropReason.NONE) {
            assertThat(check.calls).as("calls before %s", reason).isZero();
        }
        seen.add(reason);
        return reason;
    }

    private int golden(final String name) {
        final Golden golden = new Golden(name);
        final int length = golden.bodyLimit() - WireDescriptor.HEADER_BYTES;
        System.arraycopy(golden.bytes, WireDescriptor.HEADER_BYTES, bytes, 0, length);
        return length;
    }

    @Test
    void shouldSurviveEveryFlippedByte() {
        for (final String name : Golden.DATA) {
            final int length = golden(name);
            for (int i = 0; i < length; i++) {
                final byte good = bytes[i];
                for (int value = 0; value < 256; value++) {
                    bytes[i] = (byte) value;
                    decode(length);
                }
                bytes[i] = good;
            }
            assertThat(decode(length)).as(name).isEqualTo(DropReason.NONE);
        }
        assertThat(seen)
                .contains(
                        DropReason.FRAME_LENGTH,
                        DropReason.FRAME_TRUNCATED,
                        DropReason.MALFORMED_NUMBER,
                        DropReason.ENTRY_FLAGS,
                        DropReason.VALUE_RANGE);
    }

    @Test
    void shouldSurviveTruncationAtEveryLength() {
        for (final String name : Golden.DATA) {
            final int length = golden(name);
            int whole = 0;
            for (int i = 0; i < length; i++) {
                if (decode(i) == DropReason.NONE) {
                    whole++;
                }
            }
            assertThat(whole).as("%s: cut only between frames", name).isBetween(1, 3);
        }
    }

    @Test
    void shouldSurviveRandomBytes() {
        for (long seed = 1; seed <= RANDOM_BODIES; seed++) {
            final Random random = new Random(seed);
            final int length = random.nextInt(80);
            random.nextBytes(bytes);
            // A known type and a plausible length lead deeper.
            bytes[0] = (byte) random.nextInt(10);
            bytes[1] = (byte) Math.max(0, length - WireDescriptor.FRAME_HEADER_BYTES);
            bytes[2] = 0;
            decode(length);
        }
    }

    @Test
    void shouldReadWhatItAcceptsAgainAfterWritingIt() {
        final UnsafeBuffer rewritten = new UnsafeBuffer(new byte[WireDescriptor.MAX_DATAGRAM_BYTES]);
        final FrameEncoder encoder = new FrameEncoder();
        int accepted = 0;
        for (long seed = 1; seed <= MUTATED_BODIES; seed++) {
            final Random random = new Random(seed);
            final int length = golden(Golden.DATA.get(random.nextInt(Golden.DATA.size())));
            for (int i = random.nextInt(4); i >= 0; i--) {
                bytes[random.nextInt(length)] ^= (byte) (1 << random.nextInt(8));
            }
            final FrameText text = new FrameText();
            if (decode(length) != DropReason.NONE) {
                continue;
            }
            accepted++;
            decoder.decode(buffer, 0, length, text);
            final ReEncoder reEncoder = new ReEncoder(encoder.wrap(rewritten, 0, rewritten.capacity()));
            decoder.decode(buffer, 0, length, reEncoder);
            reEncoder.flush();
            final FrameText again = new FrameText();
            assertThat(decoder.decode(rewritten, 0, encoder.lengthBytes(), again))
                    .as("seed %d", seed)
                    .isEqualTo(DropReason.NONE);
            assertThat(again.lines).as("seed %d", seed).isEqualTo(text.lines);
        }
        assertThat(accepted).as("mutations that are still frames").isGreaterThan(MUTATED_BODIES / 10);
    }

    @Test
    void shouldRefuseNumbersThatAreNotTheShortest() {
        final List<byte[]> malformed = new ArrayList<>(List.of(
                new byte[] {(byte) 0x80, 0},
                new byte[] {(byte) 0xFF, (byte) 0x80, 0},
                new byte[] {(byte) 0x80},
                new byte[] {-1, -1, -1, -1, -1, -1, -1, -1, -1, 1},
                new byte[] {}));
        for (final byte[] each : malformed) {
            buffer.putBytes(0, each);
            assertThat(Varints.get(buffer, 0, each.length))
                    .as("%d bytes", each.length)
                    .isEqualTo(Varints.MALFORMED);
        }
        for (int bits = 0; bits < 63; bits++) {
            for (final long value : new long[] {(1L << bits) - 1, 1L << bits, Long.MAX_VALUE >>> bits}) {
                final int end = Varints.put(buffer, 3, value);
                assertThat(end - 3).isEqualTo(Varints.length(value)).isLessThanOrEqualTo(Varints.MAX_LENGTH_BYTES);
                assertThat(Varints.get(buffer, 3, end)).isEqualTo(value);
                assertThat(Varints.get(buffer, 3, end - 1)).isEqualTo(Varints.MALFORMED);
            }
        }
    }
}
