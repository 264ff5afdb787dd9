package openclaw.edge.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import openclaw.edge.crdt.Decision;
import openclaw.edge.crdt.TableException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A limiter that stands alone, by a clock that the test sets. */
final class EdgeLimiterTest {

    private static final long START_NS = 1_795_204_800_000_000_000L;
    private static final int THREADS = 8;

    private final AtomicLong nowNs = new AtomicLong(START_NS);
    private final List<Throwable> failures = new ArrayList<>();
    private EdgeLimiter limiter;

    @TempDir
    Path directory;

    @AfterEach
    void close() {
        if (limiter != null) {
            limiter.close();
        }
        assertThat(failures).isEmpty();
    }

    private EdgeLimiterBuilder builder() {
        return EdgeLimiter.builder("acme").clock(nowNs::get).byHand();
    }

    private void inThreads(final Runnable each) throws InterruptedException {
        final CountDownLatch begin = new CountDownLatch(1);
        final List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            final Thread thread = new Thread(() -> {
                try {
                    begin.await();
                    each.run();
                } catch (final Throwable e) {
                    synchronized (failures) {
                        failures.add(e);
                    }
                }
            });
            thread.start();
            threads.add(thread);
        }
        begin.countDown();
        for (final Thread each1 : threads) {
            each1.join();
        }
    }

    /** T is 1 us; the bucket never fills up, so that not a token of refill is lost either. */
    @Test
    void shouldAdmitExactlyCapacityAndRefillUnderManyThreads() throws InterruptedException {
        final long capacity = 5_000;
        limiter = builder()
                .perTenant("all", capacity, 1_000_000, Duration.ofSeconds(1))
                .perKey("each", 100_000, 1_000_000, Duration.ofSeconds(1))
                .open();
        final AtomicLong admitted = new AtomicLong();
        inThreads(() -> {
            final int key = (int) Thread.currentThread().getId() % 3;
            for (int i = 0; i < 2_000; i++) {
                final long tokens = 1L + i % 3;
                if (limiter.tryConsume("key" + key, tokens)) {
                    admitted.addAndGet(tokens);
                }
                nowNs.addAndGet(250);
            }
        });
        while (limiter.tryConsume("last", 1)) {
            admitted.incrementAndGet();
        }
        assertThat(admitted).hasValue(capacity + THREADS * 2_000L * 250 / 1_000);
    }

    @Test
    void shouldTakeFromEveryLimitOrFromNone() {
        limiter = builder()
                .perTenant("all", 10, 1, Duration.ofHours(1))
                .perKey("each", 6, 1, Duration.ofHours(1))
                .open();
        final LimiterAnswer answer = new LimiterAnswer();
        assertThat(limiter.tryConsume("a", 6, answer)).isTrue();
        assertThat(answer.remainingTokens()).isZero();
        assertThat(limiter.tryConsume("a", 1, answer)).isFalse();
        assertThat(answer.limit()).isEqualTo("each");
        assertThat(answer.reason()).isEqualTo(Decision.REASON_RATE);
        assertThat(answer.waitNs()).isEqualTo(Duration.ofHours(1).toNanos());
        assertThat(answer).hasToString("refused by limit 'each', 0 tokens remain, wait at least 3600000 ms");
        assertThat(limiter.tryConsume("b", 5, answer)).isFalse();
        assertThat(answer.limit()).isEqualTo("all");
        assertThat(answer.remainingTokens())
                .as("of the tenant; of the key there are 6")
                .isEqualTo(4);
        assertThat(limiter.tryConsume("b", 7, answer)).isFalse();
        assertThat(answer.waitNs()).isEqualTo(LimiterAnswer.NEVER_NS);
        assertThat(limiter.tryConsume("b", 4, answer))
                .as("nothing was taken by what was refused")
                .isTrue();
    }

    @Test
    void shouldProbeWithoutConsuming() {
        limiter = builder().perKey("each", 3, 1, Duration.ofSeconds(1)).open();
        for (int i = 0; i < 5; i++) {
            assertThat(limiter.probe("a", 3).isAdmitted()).isTrue();
            assertThat(limiter.probe("a", 3).remainingTokens()).isEqualTo(3);
        }
        assertThat(limiter.tryConsume("a", 2)).isTrue();
        final LimiterAnswer answer = limiter.probe("a", 3);
        assertThat(answer.isAdmitted()).isFalse();
        assertThat(answer.remainingTokens()).isEqualTo(1);
        assertThat(answer.waitNs()).isEqualTo(2_000_000_000L);
        nowNs.addAndGet(answer.waitNs());
        assertThat(limiter.tryConsume("a", 3)).isTrue();
    }

    @Test
    void shouldGoBelowZeroAndBeRepaidByRefill() {
        limiter = builder().perKey("each", 10, 1, Duration.ofSeconds(1)).open();
        limiter.consumeAnyway("a", 15);
        assertThat(limiter.probe("a", 1).waitNs()).isEqualTo(6_000_000_000L);
        nowNs.addAndGet(5_000_000_000L);
        assertThat(limiter.tryConsume("a", 1)).isFalse();
        nowNs.addAndGet(1_000_000_000L);
        assertThat(limiter.tryConsume("a", 1)).isTrue();
        assertThat(limiter.tryConsume("a", 1)).isFalse();
    }

    @Test
    void shouldRefundAtMostWhatWasConsumed() {
        limiter = builder()
                .perTenant("all", 20, 1, Duration.ofHours(1))
                .perKey("each", 10, 1, Duration.ofHours(1))
                .open();
        limiter.refund("a", 5);
        assertThat(limiter.tryConsume("a", 8)).isTrue();
        limiter.refund("a", 3);
        assertThat(limiter.probe("a", 0).remainingTokens()).isEqualTo(5);
        limiter.refund("b", 100);
        assertThat(limiter.probe("a", 0).remainingTokens())
                .as("b has consumed nothing")
                .isEqualTo(5);
        assertThat(limiter.probe("b", 0).remainingTokens())
                .as("but the tenant has: 5, and gets no more than them back")
                .isEqualTo(10);
        limiter.consumeAnyway("a", 25);
        limiter.refund("a", 1_000);
        assertThat(limiter.probe("a", 10).isAdmitted()).isTrue();
        limiter.refund("a", 1_000);
        assertThat(limiter.probe("a", 0).remainingTokens()).isEqualTo(10);
    }

    @Test
    void shouldLoseNoRefundUnderManyThreads() throws InterruptedException {
        limiter =
                builder().perTenant("all", 1_000_000, 1, Duration.ofSeconds(1)).open();
        limiter.consumeAnyway("", 900_000);
        inThreads(() -> {
            for (int i = 0; i < 5_000; i++) {
                limiter.refund("", 7);
                limiter.tryConsume("", 3);
            }
        });
        final long consumed = 900_000 + THREADS * 5_000 * 3L;
        final long refunded = THREADS * 5_000 * 7L;
        assertThat(limiter.probe("", 0).remainingTokens()).isEqualTo(1_000_000 - consumed + refunded);
    }

    @Test
    void shouldKeepAThousandKeysApart() {
        limiter = builder()
                .mostKeys(1_000)
                .perKey("each", 5, 5, Duration.ofMinutes(1))
                .open();
        for (int round = 0; round < 7; round++) {
            for (int key = 0; key < 1_000; key++) {
                assertThat(limiter.tryConsume("customer-" + key, 1)).isEqualTo(round < 5);
            }
        }
        assertThat(limiter.decidedWithoutRoom()).isZero();
        nowNs.addAndGet(Duration.ofSeconds(12).toNanos());
        for (int key = 0; key < 1_000; key++) {
            assertThat(limiter.tryConsume("customer-" + key, 1)).isTrue();
            assertThat(limiter.tryConsume("customer-" + key, 1)).isFalse();
        }
    }

    @Test
    void shouldLetKeysBeyondTheMostShareABucketUntilOthersAreFull() throws Exception {
        limiter = builder()
                .mostKeys(2)
                .perKey("each", 1, 1, Duration.ofSeconds(1))
                .open();
        assertThat(limiter.tryConsume("a", 1)).isTrue();
        assertThat(limiter.tryConsume("b", 1)).isTrue();
        assertThat(limiter.tryConsume("c", 1)).isTrue();
        assertThat(limiter.tryConsume("d", 1)).as("shares with c").isFalse();
        assertThat(limiter.decidedWithoutRoom()).isPositive();
        nowNs.addAndGet(Duration.ofSeconds(12).toNanos());
        for (int i = 0; i < 20; i++) {
            limiter.agent().doWork();
            nowNs.addAndGet(Duration.ofSeconds(1).toNanos());
        }
        assertThat(limiter.tryConsume("c", 1)).isTrue();
        assertThat(limiter.tryConsume("d", 1)).isTrue();
    }

    @Test
    void shouldTellKeysApartThatAreNotAscii() {
        limiter = builder().perKey("each", 1, 1, Duration.ofHours(1)).open();
        for (final String key : List.of("e", "\u00e9", "\u20ac", "\ud83d\ude00", "\ud83d\ude01", "", "x".repeat(128))) {
            assertThat(limiter.tryConsume(key, 1)).as(key).isTrue();
            assertThat(limiter.tryConsume(key, 1)).as(key).isFalse();
        }
        assertThat(limiter.tryConsume("\u20ac".repeat(42), 1)).as("126 bytes").isTrue();
    }

    @Test
    void shouldSayWhatIsWrongWithAnArgument() {
        limiter = builder().perKey("each", 1, 1, Duration.ofHours(1)).open();
        assertThatThrownBy(() -> limiter.tryConsume("a", -1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("tokens=-1, expected 0 to 281474976710656");
        assertThatThrownBy(() -> limiter.refund("a", 1L << 49)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> limiter.tryConsume(null, 1)).hasMessageContaining("key=null");
        assertThatThrownBy(() -> limiter.consumeAnyway("x".repeat(129), 1)).hasMessageContaining("129 characters");
        assertThatThrownBy(() -> limiter.tryConsume("\u20ac".repeat(43), 1)).hasMessageContaining("128 bytes");
        assertThatThrownBy(() -> limiter.tryConsume("a\ud83d", 1)).hasMessageContaining("surrogate");
        assertThatThrownBy(() -> limiter.probe("a", 1, null)).isInstanceOf(NullPointerException.class);
        assertThat(limiter.tryConsume("a", 1)).as("all stripes were given back").isTrue();
    }

    @Test
    void shouldSayWhatIsWrongWithItsSettings() {
        assertThatThrownBy(() -> builder().open()).hasMessageContaining("no limits for tenant 'acme'");
        assertThatThrownBy(() -> builder().perKey("a", 0, 1, Duration.ofSeconds(1)))
                .hasMessage("capacity=0, expected at least 1");
        assertThatThrownBy(() ->
                        builder().perKey("a", 1, 1, Duration.ofSeconds(1)).perTenant("a", 1, 1, Duration.ofSeconds(1)))
                .hasMessageContaining("no other limit has");
        assertThatThrownBy(() -> builder().mostKeys(0)).hasMessageContaining("mostKeys=0");
        final EdgeLimiterBuilder joining =
                builder().perKey("a", 1, 1, Duration.ofSeconds(1)).peers("127.0.0.1:7947");
        assertThatThrownBy(joining::open).hasMessageContaining("node=''");
        assertThatThrownBy(joining.node("n").bind(new InetSocketAddress("0.0.0.0", 0))::open)
                .hasMessageContaining("without a secret");
    }

    @Test
    void shouldRefuseSecretsThatProxiesWouldRefuse() {
        final EdgeLimiterBuilder builder = EdgeLimiter.builder("t");
        assertThatThrownBy(() -> builder.secrets("fifteen bytes..", "0123456789abcdef"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a secret of 15 bytes, expected at least 16; it is cluster.secret of the proxies");
        assertThatThrownBy(() -> builder.secrets("0123456789abcdef", "1123456789abcdef", "2123456789abcdef"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("3 secrets, expected");
        assertThat(builder.secrets("0123456789abcdef", "1123456789abcdef")).isSameAs(builder);
    }

    @Test
    void shouldRefuseCallsAfterCloseButNotAnotherClose() {
        limiter = builder().perKey("each", 1, 1, Duration.ofHours(1)).open();
        limiter.close();
        limiter.close();
        assertThatThrownBy(() -> limiter.tryConsume("a", 1)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> limiter.probe("a", 1)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> limiter.consumeAnyway("a", 1)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> limiter.refund("a", 1)).isInstanceOf(IllegalStateException.class);
    }

    /** Over mapped files: a decision that went on would touch memory that is gone. */
    @Test
    void shouldCloseWhileThreadsDecide() throws InterruptedException {
        limiter = builder()
                .data(directory)
                .perKey("each", 1, 1, Duration.ofHours(1))
                .open();
        final AtomicInteger refused = new AtomicInteger();
        final CountDownLatch deciding = new CountDownLatch(THREADS - 1);
        final AtomicInteger closer = new AtomicInteger();
        inThreads(() -> {
            if (closer.getAndIncrement() == 0) {
                awaitUninterruptibly(deciding);
                limiter.close();
                return;
            }
            try {
                for (int i = 0; ; i++) {
                    limiter.tryConsume("key" + i % 64, 1);
                    deciding.countDown();
                }
            } catch (final IllegalStateException e) {
                refused.incrementAndGet();
            }
        });
        assertThat(refused).hasValue(THREADS - 1);
    }

    private static void awaitUninterruptibly(final CountDownLatch latch) {
        try {
            latch.await();
        } catch (final InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void shouldGoOnWithWhatItsDirectoryHolds() {
        final EdgeLimiterBuilder builder =
                builder().data(directory.resolve("new")).mostKeys(100).perKey("each", 10, 1, Duration.ofHours(1));
        limiter = builder.open();
        assertThat(limiter.tryConsume("a", 7)).isTrue();
        assertThatThrownBy(builder::open).as("in use").isInstanceOf(TableException.class);
        limiter.close();
        limiter = builder.open();
        assertThat(limiter.probe("a", 0).remainingTokens()).isEqualTo(3);
        limiter.refund("a", 7);
        assertThat(limiter.probe("a", 0).remainingTokens()).isEqualTo(10);
    }

    @Test
    void shouldAllocateNothingPerCall() {
        final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        limiter = builder()
                .perTenant("all", 100_000, 1_000_000, Duration.ofSeconds(1))
                .perKey("each", 100, 10_000, Duration.ofSeconds(1))
                .open();
        final String[] keys = new String[64];
        for (int i = 0; i < keys.length; i++) {
            keys[i] = "key" + i;
        }
        final int calls = 100_000;
        calls(keys, calls);
        final long self = -threads.getCurrentThreadAllocatedBytes() + threads.getCurrentThreadAllocatedBytes();
        final long before = threads.getCurrentThreadAllocatedBytes();
        final long admitted = calls(keys, calls);
        final long allocated = threads.getCurrentThreadAllocatedBytes() - before - self;
        assertThat(admitted).isBetween(1L, calls - 1L);
        assertThat(allocated).as("bytes in %d calls", calls).isLessThan(calls / 100);
    }

    private long calls(final String[] keys, final int calls) {
        final LimiterAnswer answer = new LimiterAnswer();
        long admitted = 0;
        for (int i = 0; i < calls; i++) {
            final String key = keys[(i * 31) & 63];
            nowNs.addAndGet(1_000);
            admitted += limiter.tryConsume(key, 1 + i % 4, answer) ? 1 : 0;
            if (i % 8 == 0) {
                limiter.probe(key, 2, answer);
                limiter.refund(key, 1);
                limiter.consumeAnyway(key, 1);
            }
        }
        return admitted;
    }
}
