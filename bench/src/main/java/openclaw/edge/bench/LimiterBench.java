package openclaw.edge.bench;

import com.google.common.util.concurrent.RateLimiter;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.TimeMeter;
import io.github.resilience4j.ratelimiter.RateLimiterConfig;
import io.github.resilience4j.ratelimiter.internal.AtomicRateLimiter;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import openclaw.edge.sync.EdgeLimiter;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/**
 * An embedded limiter beside Bucket4j's local bucket, and where one bucket is for all also beside resilience4j's rate limiter
 * (permits by cycles, no bucket) and Guava's: one bucket for all, by one thread and contended by two; and a bucket for each
 * of 1,000 keys, which Bucket4j's users keep in a map. All read the nanosecond clock for every decision; so what the clock
 * alone takes is measured too. {@code isAdmitting}: every decision admits, or every one refuses. {@code -t} gives all of them
 * other numbers of threads.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class LimiterBench {
    private static final int KEYS = 1_000;
    private static final int STRIDE = 617;

    /** Whether the limits admit. */
    @Param({"true", "false"})
    public boolean isAdmitting;

    private final String[] keys = new String[KEYS];
    private EdgeLimiter oneLimiter;
    private EdgeLimiter keyLimiter;
    private Bucket oneBucket;
    private ConcurrentHashMap<String, Bucket> keyBuckets;
    private AtomicRateLimiter resilience4j;
    private RateLimiter guava;

    /** Where a thread is among the keys. */
    @State(Scope.Thread)
    public static class Position {
        private int at;

        int next() {
            at = (at + STRIDE) % KEYS;
            return at;
        }
    }

    /** Opens limiters and buckets that admit everything, or nothing. */
    @Setup
    public void open() {
        final long capacity = isAdmitting ? 1_000_000_000L : 1;
        final long refill = isAdmitting ? 1_000_000_000L : 1;
        final Duration interval = isAdmitting ? Duration.ofSeconds(1) : Duration.ofDays(30);
        oneLimiter = EdgeLimiter.builder("t")
                .perTenant("all", capacity, refill, interval)
                .open();
        keyLimiter = EdgeLimiter.builder("t")
                .perKey("each", capacity, refill, interval)
                .open();
        oneBucket = bucket(capacity, refill, interval);
        keyBuckets = new ConcurrentHashMap<>();
        for (int i = 0; i < KEYS; i++) {
            keys[i] = "customer-" + i;
            keyBuckets.put(keys[i], bucket(capacity, refill, interval));
            keyLimiter.tryConsume(keys[i], isAdmitting ? 0 : 1);
            keyBuckets.get(keys[i]).tryConsume(1);
        }
        oneLimiter.tryConsume("", 1);
        oneBucket.tryConsume(1);
        resilience4j = new AtomicRateLimiter(
                "one",
                RateLimiterConfig.custom()
                        .limitForPeriod((int) capacity)
                        .limitRefreshPeriod(interval)
                        .timeoutDuration(Duration.ZERO)
                        .build());
        resilience4j.acquirePermission();
        guava = RateLimiter.create(isAdmitting ? capacity : 1.0 / interval.toSeconds());
        if (!guava.tryAcquire()) {
            throw new IllegalStateException("Guava's limiter refused its first permit");
        }
    }

    private static Bucket bucket(final long capacity, final long refill, final Duration interval) {
        return Bucket.builder()
                .withCustomTimePrecision(TimeMeter.SYSTEM_NANOTIME)
                .addLimit(limit -> limit.capacity(capacity).refillGreedy(refill, interval))
                .build();
    }

    /** Closes the limiters. */
    @TearDown
    public void close() {
        oneLimiter.close();
        keyLimiter.close();
    }

    /** What the clock takes. */
    @Benchmark
    public long clock() {
        return System.nanoTime();
    }

    /** One bucket. */
    @Benchmark
    public boolean limiterOne() {
        return oneLimiter.tryConsume("", 1);
    }

    /** One bucket of Bucket4j's. */
    @Benchmark
    public boolean bucket4jOne() {
        return oneBucket.tryConsume(1);
    }

    /** One of resilience4j's. */
    @Benchmark
    public boolean resilience4jOne() {
        return resilience4j.acquirePermission();
    }

    /** One of Guava's. */
    @Benchmark
    public boolean guavaOne() {
        return guava.tryAcquire();
    }

    /** One of resilience4j's by two threads. */
    @Benchmark
    @Threads(2)
    public boolean resilience4jOneContended() {
        return resilience4j.acquirePermission();
    }

    /** One of Guava's by two threads. */
    @Benchmark
    @Threads(2)
    public boolean guavaOneContended() {
        return guava.tryAcquire();
    }

    /** One bucket by two threads. */
    @Benchmark
    @Threads(2)
    public boolean limiterOneContended() {
        return oneLimiter.tryConsume("", 1);
    }

    /** One bucket of Bucket4j's by two threads. */
    @Benchmark
    @Threads(2)
    public boolean bucket4jOneContended() {
        return oneBucket.tryConsume(1);
    }

    /** A bucket for each key. */
    @Benchmark
    public boolean limiterKeys(final Position position) {
        return keyLimiter.tryConsume(keys[position.next()], 1);
    }

    /** A bucket of Bucket4j's for each key. */
    @Benchmark
    public boolean bucket4jKeys(final Position position) {
        return keyBuckets.get(keys[position.next()]).tryConsume(1);
    }

    /** A bucket for each key, by two threads. */
    @Benchmark
    @Threads(2)
    public boolean limiterKeysContended(final Position position) {
        return keyLimiter.tryConsume(keys[position.next()], 1);
    }

    /** A bucket of Bucket4j's for each key, by two threads. */
    @Benchmark
    @Threads(2)
    public boolean bucket4jKeysContended(final Position position) {
        return keyBuckets.get(keys[position.next()]).tryConsume(1);
    }
}
