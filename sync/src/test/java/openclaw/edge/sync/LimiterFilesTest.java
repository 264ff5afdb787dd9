package openclaw.edge.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import openclaw.edge.crdt.CrdtCounter;
import openclaw.edge.crdt.Decision;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An embedded limiter whose files somebody removes, cuts short or overwrites. */
final class LimiterFilesTest {

    private static final long LOOK_NS = 100_000_000L;
    private static final long HOUR_NS = Duration.ofHours(1).toNanos();

    private final AtomicLong nowNs = new AtomicLong(1_795_204_800_000_000_000L);
    private final LimiterAnswer answer = new LimiterAnswer();
    private final List<String> told = new ArrayList<>();

    @TempDir
    private Path directory;

    private EdgeLimiter limiter;

    @AfterEach
    void close() {
        if (limiter != null) {
            limiter.close();
        }
    }

    private EdgeLimiterBuilder builder() {
        return EdgeLimiter.builder("acme")
                .data(directory)
                .clock(nowNs::get)
                .byHand()
                .listener(new GossipListener() {
                    @Override
                    public void onEvent(final String event) {}

                    @Override
                    public void onError(final String error) {
                        told.add(error);
                    }

                    @Override
                    public void onFailure(final String what, final Throwable failure) {
                        throw new AssertionError(what, failure);
                    }
                });
    }

    private void open() {
        limiter = builder()
                .perTenant("all", 10, 1, Duration.ofHours(1))
                .perKey("each", 6, 1, Duration.ofHours(1))
                .open();
    }

    private void reopen() {
        limiter.close();
        open();
    }

    /** The limiter's own thread would, ten times a second. */
    private void look() throws Exception {
        nowNs.addAndGet(LOOK_NS);
        limiter.agent().doWork();
    }

    private void cut(final String file, final long length) throws IOException {
        try (FileChannel channel = FileChannel.open(directory.resolve(file), StandardOpenOption.WRITE)) {
            channel.truncate(length);
        }
    }

    private void overwrite(final String file) throws IOException {
        try (FileChannel channel = FileChannel.open(directory.resolve(file), StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.allocate((int) channel.size()), 0);
        }
    }

    private long counted(final CrdtCounter counter) {
        return limiter.tables().counters().get(counter);
    }

    @Test
    void shouldGoOnWithoutTheFilesAndWriteThemBack() throws Exception {
        open();
        assertThat(limiter.tryConsume("a", 5)).isTrue();
        Files.delete(directory.resolve("buckets"));
        Files.delete(directory.resolve("quotas"));
        look();
        assertThat(told).hasSize(2);
        assertThat(told.get(0)).contains("/buckets: was removed or replaced");
        assertThat(told.get(1)).contains("/quotas: was removed or replaced");
        assertThat(counted(CrdtCounter.FILES_REMOVED)).isEqualTo(1);
        assertThat(limiter.isLost()).isFalse();
        assertThat(limiter.isConnected()).isTrue();
        assertThat(limiter.tryConsume("b", 4)).isTrue();
        look();
        assertThat(told).hasSize(2);

        reopen();
        assertThat(limiter.probe("a", 0).remainingTokens()).isEqualTo(1);
        assertThat(limiter.tryConsume("b", 2)).isFalse();
        assertThat(limiter.tryConsume("b", 1)).isTrue();
    }

    @Test
    void shouldRefuseEverythingOnceABucketFileIsCutShort() throws Exception {
        open();
        assertThat(limiter.tryConsume("a", 1)).isTrue();
        final long length = Files.size(directory.resolve("buckets"));
        cut("buckets", length / 2);
        look();
        assertThat(told).hasSize(1).first().asString().contains("/buckets: is " + length / 2 + " bytes long, expected");
        assertThat(counted(CrdtCounter.FILES_LOST)).isEqualTo(1);
        refusesEverythingAfter(0);

        reopen();
        assertThat(limiter.isLost()).isFalse();
        assertThat(limiter.tryConsume("a", 1))
                .as("nobody knows what was consumed")
                .isFalse();
        nowNs.addAndGet(2 * HOUR_NS);
        assertThat(limiter.tryConsume("a", 2)).isTrue();
    }

    @Test
    void shouldRefuseEverythingOnceAQuotaFileIsCutShort() throws Exception {
        open();
        cut("quotas", 0);
        look();
        assertThat(told).hasSize(1).first().asString().contains("/quotas: is 0 bytes long, expected");
        refusesEverythingAfter(100 * HOUR_NS);
    }

    /** Between the deed and the look nothing full is born over what was lost. */
    @Test
    void shouldAdmitNothingOverZerosNobodyHasNoticedYet() throws Exception {
        limiter = builder().perKey("each", 6, 1, Duration.ofHours(1)).open();
        assertThat(limiter.tryConsume("a", 6)).isTrue();
        overwrite("buckets");
        for (int i = 0; i < 100; i++) {
            assertThat(limiter.tryConsume("a", 1, answer)).isFalse();
            assertThat(limiter.tryConsume("key" + i, 1, answer)).isFalse();
        }
        assertThat(answer.reason()).isEqualTo(Decision.REASON_STALE);
        look();
        assertThat(told).hasSize(1).first().asString().contains("/buckets: was overwritten");
        assertThat(limiter.tryConsume("a", 1, answer)).isFalse();
        assertThat(answer.reason()).isEqualTo(Decision.REASON_LOST);
    }

    /** Its own strict buckets are in memory and whole, but what they guard beside is not. */
    @Test
    void shouldNotFallBackToStrictBucketsOnceTheFileIsLost() throws Exception {
        limiter = builder()
                .perTenant("all", 10, 1, Duration.ofHours(1))
                .perKey("each", 6, 1, Duration.ofHours(1))
                .node("limiter")
                .peers("127.0.0.1:1")
                .open();
        nowNs.addAndGet(3 * HOUR_NS);
        assertThat(limiter.tryConsume("a", 1)).as("of the strict bucket").isTrue();
        cut("buckets", 0);
        nowNs.addAndGet(3 * HOUR_NS);
        look();
        refusesEverythingAfter(100 * HOUR_NS);
    }

    private void refusesEverythingAfter(final long ns) throws Exception {
        assertThat(limiter.isLost()).isTrue();
        assertThat(limiter.isConnected()).isFalse();
        nowNs.addAndGet(ns);
        look();
        for (final String key : List.of("a", "new")) {
            assertThat(limiter.tryConsume(key, 1, answer)).isFalse();
            assertThat(answer.reason()).isEqualTo(Decision.REASON_LOST);
            assertThat(answer.waitNs()).isEqualTo(LimiterAnswer.NEVER_NS);
            assertThat(answer.limit()).isEqualTo("each");
            assertThat(limiter.probe(key, 1).isAdmitted()).isFalse();
            limiter.consumeAnyway(key, 1);
            limiter.refund(key, 1);
        }
    }
}
