package openclaw.edge.proxy.notice;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import java.util.function.Predicate;
import openclaw.edge.catalog.CatalogReader;
import openclaw.edge.crdt.BucketTable;
import openclaw.edge.crdt.QuotaRow;
import openclaw.edge.crdt.QuotaTable;
import openclaw.edge.crdt.TableConfig;
import openclaw.edge.proxy.config.EdgeConfig;
import openclaw.edge.proxy.config.SnapshotBuilder;
import openclaw.edge.proxy.config.Snapshots;

/** Notices of one tenant with a quota of 1,000 tokens, in virtual time. */
final class NoticeFixture implements AutoCloseable {
    static final long SECOND_NS = 1_000_000_000L;
    static final String SECRET = "a-secret-of-notices";
    static final long START_NS = Instant.parse("2026-11-10T12:00:00Z").getEpochSecond() * SECOND_NS;

    private final Path directory;
    private final BucketTable buckets;
    private final QuotaTable quotas;
    private final SnapshotBuilder builder;
    private final Semaphore outcomes = new Semaphore(0);
    final Snapshots snapshots = new Snapshots();
    final Marks marks = new Marks();
    long usedTokens;
    Predicate<String> responsible = key -> true;
    private long nowNs;
    private QuotaNotices notices;

    /** The mask of the one row. */
    static final class Marks implements NoticeMarks {
        int mask;

        @Override
        public int sent(final QuotaRow row) {
            return mask;
        }

        @Override
        public void note(final QuotaRow row, final int bits) {
            mask |= bits;
        }
    }

    NoticeFixture(final Path directory) {
        this.directory = directory;
        buckets = BucketTable.open(TableConfig.of(directory.resolve("buckets"), 256), START_NS);
        quotas = QuotaTable.open(TableConfig.of(directory.resolve("quotas"), 64), START_NS);
        builder = new SnapshotBuilder(buckets, quotas);
    }

    /** Puts a catalog in force. */
    NoticeFixture reload(final String tenantKeys, final String billing) throws IOException {
        final Path config = directory.resolve("edge.yaml");
        final Path catalog = directory.resolve("billing.yaml");
        Files.writeString(config, "upstream: {servers: ['http://127.0.0.1:9000']}\ncatalog: [billing.yaml]\n");
        Files.writeString(catalog, "tenants:\n  acme: {" + tenantKeys + "}\nbilling: {" + billing + "}\n");
        snapshots.swap(builder.build(
                EdgeConfig.read(config), CatalogReader.read(List.of(catalog)), List.of(), epochNs(), epochNs()));
        return this;
    }

    NoticeFixture reload(final String webhook) throws IOException {
        return reload("monthly_quota: 1_000", "alert_webhook: '" + webhook + "', alert_secret: " + SECRET);
    }

    /** A process, the one before it having ended without a word. */
    QuotaNotices start(final NoticeTransport transport) {
        notices = new QuotaNotices(
                new QuotaNotices.Sources(snapshots, row -> usedTokens, marks, key -> responsible.test(key), "edge-a"),
                new Telling(transport),
                new Random(11));
        return notices;
    }

    /** Tells when an attempt has ended. */
    private final class Telling implements NoticeTransport {
        private final NoticeTransport transport;

        Telling(final NoticeTransport transport) {
            this.transport = transport;
        }

        @Override
        public void send(final QuotaNotice notice, final Consumer<Outcome> then) {
            transport.send(notice, outcome -> {
                then.accept(outcome);
                outcomes.release();
            });
        }

        @Override
        public void close() {
            transport.close();
        }
    }

    private long epochNs() {
        return START_NS + nowNs;
    }

    /** Lets time pass, and polls. */
    void poll(final long afterNs) {
        nowNs += afterNs;
        notices.poll(nowNs, epochNs());
    }

    /** Returns when so many attempts more have ended, and what became of them has been seen. */
    void awaitOutcomes(final int count) throws InterruptedException {
        outcomes.acquire(count);
        notices.poll(nowNs, epochNs());
    }

    @Override
    public void close() {
        if (notices != null) {
            notices.close();
        }
        quotas.close();
        buckets.close();
    }
}
