package openclaw.edge.sync.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** The tag is the platform's HMAC-SHA256, truncated; nothing that differs passes. */
final class FrameAuthTest {

    private static final int DATAGRAMS = 100_000;

    private final FrameAuth auth = new FrameAuth();
    private final byte[] bytes = new byte[WireDescriptor.MAX_DATAGRAM_BYTES];
    private final UnsafeBuffer datagram = new UnsafeBuffer(bytes);

    @Test
    void shouldBeTheHmacOfThePlatform() throws Exception {
        for (long seed = 1; seed <= 300; seed++) {
            final Random random = new Random(seed);
            final byte[] secret = new byte[1 + random.nextInt(150)];
            random.nextBytes(secret);
            random.nextBytes(bytes);
            final int length = random.nextInt(WireDescriptor.BODY_LIMIT + 1);
            final Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret, "HmacSHA256"));
            mac.update(bytes, 0, length);
            final byte[] expected = Arrays.copyOf(mac.doFinal(), WireDescriptor.TAG_BYTES);

            final int total = auth.sign(datagram, length, auth.keyOf(secret));

            assertThat(total).as("seed %d", seed).isEqualTo(length + WireDescriptor.TAG_BYTES);
            assertThat(Arrays.copyOfRange(bytes, length, total))
                    .as("seed %d", seed)
                    .isEqualTo(expected);
            assertThat(auth.verify(datagram, total, auth.keyOf(secret)))
                    .as("seed %d", seed)
                    .isTrue();
        }
    }

    @Test
    void shouldRefuseEveryFlippedBit() {
        final AuthKey key = auth.keyOf(new byte[] {1, 2, 3});
        final int total = auth.sign(datagram, 100, key);
        for (int bit = 0; bit < total * Byte.SIZE; bit++) {
            bytes[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
            assertThat(auth.verify(datagram, total, key)).as("bit %d", bit).isFalse();
            bytes[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
        }
        assertThat(auth.verify(datagram, total, key)).isTrue();
        assertThat(auth.verify(datagram, total, auth.keyOf(new byte[] {1, 2, 4})))
                .isFalse();
    }

    @Test
    void shouldDeriveAnotherKeyFromWhateverDiffers() {
        final ClusterKeys keys = new ClusterKeys("a", List.of(new byte[] {1}, new byte[] {2}));
        final ClusterKeys renamed = new ClusterKeys("b", List.of(new byte[] {1}));
        final AuthKey key = keys.session(auth, 0, 1, 2, 3, 4, 5, 6, 7, 8);
        for (int i = 0; i < 8; i++) {
            final long[] binding = {1, 2, 3, 4, 5, 6, 7, 8};
            binding[i]++;
            assertThat(keys.session(auth, 0, binding).isSameAs(key))
                    .as("number %d", i)
                    .isFalse();
        }
        assertThat(keys.session(auth, 0, 1, 2, 3, 4, 5, 6, 7, 8).isSameAs(key)).isTrue();
        assertThat(keys.session(auth, 0, 2, 1, 3, 4, 5, 6, 7, 8).isSameAs(key))
                .as("other direction")
                .isFalse();
        assertThat(keys.session(auth, 1, 1, 2, 3, 4, 5, 6, 7, 8).isSameAs(key))
                .as("other secret")
                .isFalse();
        assertThat(renamed.session(auth, 0, 1, 2, 3, 4, 5, 6, 7, 8).isSameAs(key))
                .as("other cluster")
                .isFalse();
        assertThat(renamed.handshake(0).isSameAs(keys.handshake(0)))
                .as("other cluster's handshake")
                .isFalse();
    }

    @Test
    void shouldAllocateNothingPerDatagram() {
        final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        final AuthKey key = auth.keyOf(new byte[] {1, 2, 3});
        assertThat(verified(key)).isEqualTo(DATAGRAMS);
        final long self = -threads.getCurrentThreadAllocatedBytes() + threads.getCurrentThreadAllocatedBytes();
        final long before = threads.getCurrentThreadAllocatedBytes();
        verified(key);
        final long allocated = threads.getCurrentThreadAllocatedBytes() - before - self;
        assertThat(allocated).as("bytes for %d datagrams", DATAGRAMS).isLessThan(DATAGRAMS / 10);
    }

    private int verified(final AuthKey key) {
        int verified = 0;
        for (int i = 0; i < DATAGRAMS; i++) {
            bytes[i % 100]++;
            if (auth.verify(datagram, auth.sign(datagram, 200, key), key)) {
                verified++;
            }
        }
        return verified;
    }
}
