package openclaw.edge.proxy.forward;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ReuseTest {
    private static final long SECOND_NS = 1_000_000_000L;

    private final Reuse reuse = new Reuse();

    @Test
    void shouldAllowReuseUntilTheServerIsCaught() {
        assertThat(reuse.isStopped(5)).isFalse();
        assertThat(reuse.stop(5)).isEqualTo(10 * SECOND_NS);
        assertThat(reuse.isStopped(5)).isTrue();
        assertThat(reuse.isStopped(5 + 10 * SECOND_NS - 1)).isTrue();
        assertThat(reuse.isStopped(5 + 10 * SECOND_NS)).isFalse();
    }

    @Test
    void shouldCountOnlyOnceWhileItIsStopped() {
        reuse.stop(0);
        assertThat(reuse.stop(SECOND_NS)).isZero();
        assertThat(reuse.isStopped(10 * SECOND_NS)).isFalse();
    }

    @Test
    void shouldStopTwiceAsLongEachTimeUpToABound() {
        long nowNs = Long.MAX_VALUE - 3 * SECOND_NS;
        long lastNs = 0;
        for (int i = 0; i < 10; i++) {
            lastNs = reuse.stop(nowNs);
            assertThat(lastNs).isEqualTo(Math.min(10L << i, 640) * SECOND_NS);
            nowNs += lastNs;
        }
        // A server that behaved for long enough begins anew.
        assertThat(reuse.stop(nowNs + 641 * SECOND_NS)).isEqualTo(10 * SECOND_NS);
    }
}
