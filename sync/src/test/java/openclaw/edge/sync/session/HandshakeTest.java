package openclaw.edge.sync.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** How often an address is asked that does not answer. */
class HandshakeTest {

    private static final long HOUR_NS = 3_600_000_000_000L;

    /** The instants of all HELLOs of two hours. */
    private static List<Long> sends(final long seed) {
        final Random random = new Random(seed);
        final Handshake handshake = new Handshake(new InetSocketAddress("127.0.0.1", 9), 0);
        final List<Long> sends = new ArrayList<>();
        for (long nowNs = 0; nowNs < 2 * HOUR_NS; nowNs += 1_000_000) {
            if (handshake.isDue(nowNs)) {
                if (handshake.isUsedUp()) {
                    handshake.attempt(sends.size() + 1, 1, random.nextLong(), random.nextLong(), random.nextLong());
                }
                handshake.onSent(nowNs);
                sends.add(nowNs);
            }
        }
        return sends;
    }

    @Test
    void shouldAskEverMoreSeldomAndNeverStop() {
        final List<Long> sends = sends(1);
        for (int i = 1; i < sends.size(); i++) {
            final long gapNs = sends.get(i) - sends.get(i - 1);
            final long mostNs = Math.max(
                    Handshake.STEADY_RETRY_NS,
                    Math.min(Handshake.LAST_RETRY_NS, sends.get(i - 1) / Handshake.PATIENCE));
            assertThat(gapNs).as("after %d ns", sends.get(i - 1)).isLessThanOrEqualTo(mostNs + 1_000_000);
            if (sends.get(i - 1) > HOUR_NS) {
                assertThat(gapNs).isGreaterThanOrEqualTo(Handshake.LAST_RETRY_NS / 8 * 7);
            }
        }
        assertThat(sends.stream().filter(each -> each > HOUR_NS)).hasSizeBetween(119, 140);
    }

    @Test
    void shouldNotAskInStepWithOthersAndAlwaysTheSameForTheSameNonces() {
        assertThat(sends(1)).isEqualTo(sends(1)).isNotEqualTo(sends(2));
    }
}
