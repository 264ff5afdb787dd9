package openclaw.edge.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import openclaw.edge.catalog.Catalog;
import openclaw.edge.catalog.CatalogReader;
import openclaw.edge.crdt.BucketTable;
import openclaw.edge.crdt.QuotaRow;
import openclaw.edge.crdt.QuotaTable;
import openclaw.edge.crdt.TableConfig;
import openclaw.edge.ledger.lane.JournalHealth;
import openclaw.edge.ledger.lane.Lane;
import openclaw.edge.ledger.lane.LaneConsumer;
import openclaw.edge.ledger.lane.LaneFile;
import openclaw.edge.ledger.lane.LaneOrigin;
import openclaw.edge.ledger.lane.LedgerCounters;
import openclaw.edge.ledger.lane.RecordSink;
import openclaw.edge.ledger.record.Life;
import openclaw.edge.ledger.record.Outcome;
import openclaw.edge.ledger.record.UsageRecord;
import openclaw.edge.proxy.config.EdgeConfig;
import openclaw.edge.proxy.config.LoopView;
import openclaw.edge.proxy.config.Snapshot;
import openclaw.edge.proxy.config.SnapshotBuilder;
import openclaw.edge.proxy.config.Snapshots;
import openclaw.edge.proxy.decide.Admission;
import openclaw.edge.proxy.exchange.BufferBudget;
import openclaw.edge.proxy.exchange.Downstream;
import openclaw.edge.proxy.exchange.EdgeCounter;
import openclaw.edge.proxy.exchange.Exchange;
import openclaw.edge.proxy.exchange.Head;
import openclaw.edge.proxy.exchange.LoopClock;
import openclaw.edge.proxy.exchange.LoopContext;
import openclaw.edge.proxy.exchange.LoopTurn;
import openclaw.edge.proxy.exchange.Peer;
import openclaw.edge.proxy.exchange.Reason;
import openclaw.edge.proxy.exchange.RequestRewriter;
import openclaw.edge.proxy.exchange.Upstream;
import openclaw.edge.proxy.exchange.UpstreamSource;
import openclaw.edge.proxy.record.UsageRecorder;
import openclaw.edge.proxy.testing.Heads;

/** A pipeline over real tables and a real lane, between two sides that only take notes; time stands still. */
final class PipelineFixture implements AutoCloseable {
    static final String KEY_A = "key-of-tenant-a";
    static final String KEY_B = "key-of-tenant-b";
    static final String BEARER_A = "Authorization: Bearer " + KEY_A;
    static final String BEARER_B = "Authorization: Bearer " + KEY_B;
    static final String CATALOG = """
            plans:
              small:
                monthly_quota: 50
                overage: deny
                limits:
                  - {name: tenant, per: tenant, capacity: 20, refill_rate: 1, interval_seconds: 3600}
                  - {name: agent, per: agent, capacity: 10, refill_rate: 1, interval_seconds: 3600}
                costs:
                  - {path: /v1/free, tokens: 0}
                  - {path: /v1/dear, tokens: 15}
                  - {path: "/v1/chat/*", model: large, tokens: 8}
                  - {path: "/v1/chat/*", model: little, tokens: 2}
              large:
                limits:
                  - {name: wide, per: tenant, capacity: 1000000000, refill_rate: 1000000000, interval_seconds: 1}
            tenants:
              - id: tenant-a
                plan: small
                api_keys: ["sha256:%s"]
              - id: tenant-b
                plan: large
                api_keys: ["sha256:%s"]
            """;
    static final String CONFIG = """
            upstream: {servers: ["http://127.0.0.1:9000"]}
            catalog: [billing.yaml]
            routes:
              - {path: "/v1/chat/*", errors: openai}
              - {path: "/v1/messages", errors: anthropic, idempotent: true}
            """;

    private static final int LANE_SLOTS = 64;

    private final LoopTurn turn = new LoopTurn();
    final LoopClock clock = turn.clock();
    final LoopContext loop;
    final EdgePipeline pipeline;
    final Snapshots snapshots;
    final Snapshot snapshot;
    private final SnapshotBuilder builder;
    private final Path catalogFile;
    final BucketTable table;
    final QuotaTable quotas;
    final Lane lane;
    final JournalHealth health = new JournalHealth();
    final Source source = new Source();
    final Client client = new Client();

    private final LaneConsumer consumer;
    private final RecordSink forget = (buffer, at) -> {};

    PipelineFixture(final Path directory) throws IOException {
        this(directory, CONFIG, CATALOG, ByteBufAllocator.DEFAULT);
    }

    PipelineFixture(
            final Path directory, final String config, final String catalogText, final ByteBufAllocator allocator)
            throws IOException {
        catalogFile = directory.resolve("billing.yaml");
        final Path configFile = directory.resolve("edge.yaml");
        Files.writeString(catalogFile, catalogText.formatted(sha256(KEY_A), sha256(KEY_B)));
        Files.writeString(configFile, config);
        final Catalog catalog = CatalogReader.read(List.of(catalogFile));
        table = BucketTable.open(TableConfig.of(directory.resolve("buckets.dat"), 1024), clock.epochNs());
        quotas = QuotaTable.open(TableConfig.of(directory.resolve("quotas.dat"), 64), clock.epochNs());
        builder = new SnapshotBuilder(table, quotas);
        snapshot = build(EdgeConfig.read(configFile), catalog, source, new NoRewriter());
        snapshots = new Snapshots(snapshot);
        final LaneOrigin origin = new LaneOrigin(Life.random(), Life.NONE, 1, clock.epochNs(), Life.NONE, 1, "test");
        final LaneFile file = LaneFile.create(directory.resolve("lane-0.dat"), origin, 0, LANE_SLOTS);
        lane = new Lane(file, health, new LedgerCounters());
        consumer = new LaneConsumer(file);
        pipeline = new EdgePipeline(
                snapshots,
                new Admission(table, quotas, clock.epochNs() - clock.nowNs()),
                new UsageRecorder(lane),
                "edge-a");
        loop = new LoopContext(0, null, allocator, turn, new BufferBudget(1, 1 << 20), pipeline);
    }

    /** From now on requests go to another upstream side. */
    void connect(final UpstreamSource upstreams, final RequestRewriter rewriter) {
        snapshots.swap(build(snapshot.config(), snapshot.catalog(), upstreams, rewriter));
    }

    private Snapshot build(
            final EdgeConfig config,
            final Catalog catalog,
            final UpstreamSource upstreams,
            final RequestRewriter rewriter) {
        return builder.build(
                config, catalog, List.of(new LoopView(upstreams, rewriter)), clock.epochNs(), clock.epochNs());
    }

    /** Another catalog is in force, with the same keys in the places of its two first tenants'. */
    void catalog(final String text) throws IOException {
        Files.writeString(catalogFile, text.formatted(sha256(KEY_A), sha256(KEY_B)));
        snapshots.swap(build(snapshot.config(), CatalogReader.read(List.of(catalogFile)), source, new NoRewriter()));
    }

    /** A request whose head is complete; fields as {@code "Name: value"}. */
    Exchange request(final String method, final String path, final String... fields) {
        return request(Head.Framing.NONE, method, path, fields);
    }

    /** As {@link #request(String, String, String...)}, with a body to come. */
    Exchange request(final Head.Framing framing, final String method, final String path, final String... fields) {
        final Exchange exchange = loop.exchanges().acquire(client);
        client.begin();
        Heads.fill(exchange.request(), method, path, fields);
        exchange.request().framing(framing, framing == Head.Framing.NONE ? 0 : Head.LENGTH_UNKNOWN);
        exchange.requestHead();
        return exchange;
    }

    /** The upstream answers with a status and a body of so many bytes. */
    void respond(final Exchange exchange, final int status, final int bodyBytes) {
        exchange.response().reset();
        exchange.response().status(status);
        if (bodyBytes == 0) {
            exchange.responseHead(true);
            return;
        }
        exchange.responseHead(false);
        exchange.responseBody(Unpooled.wrappedBuffer(new byte[bodyBytes]), bodyBytes, true);
    }

    /** A GET that goes through with 200. */
    void served(final String path, final String... fields) {
        respond(request("GET", path, fields), 200, 10);
    }

    long count(final EdgeCounter counter) {
        return loop.counters().get(counter);
    }

    /** What was committed since the last call. */
    List<Usage> records() {
        final List<Usage> records = new ArrayList<>();
        final UsageRecord usage = new UsageRecord();
        consumer.drain(
                (buffer, at) -> {
                    usage.wrap(buffer, at);
                    records.add(new Usage(
                            usage.outcome(),
                            usage.status(),
                            usage.admittedTokens(),
                            usage.chargedTokens(),
                            usage.isExempt(),
                            usage.bytesIn(),
                            usage.bytesOut(),
                            usage.isFinal()));
                },
                Integer.MAX_VALUE);
        release();
        return records;
    }

    /** Whoever drained has what was drained. */
    private void release() {
        consumer.secured();
        consumer.release(Long.MAX_VALUE);
    }

    /** Gives the lane's slots free without looking. Allocates nothing. */
    void forgetRecords() {
        consumer.drain(forget, LANE_SLOTS);
        release();
    }

    /** What was served without records since the last call: tenant, requests, tokens. */
    List<String> losses() {
        final List<String> losses = new ArrayList<>();
        consumer.drainLosses(
                (buffer, entry) -> losses.add(buffer.getStringWithoutLengthAscii(entry.tenantAt(), entry.tenantLength())
                        + " " + entry.requests() + " " + entry.tokens()));
        release();
        return losses;
    }

    /** Tokens consumed and not refunded in the first tenant's cycle. */
    long chargedInQuota() {
        final QuotaRow row = snapshot.tenant(0).parts().get(0).quota();
        return quotas.consumedTokens(row) - quotas.refundedTokens(row);
    }

    record Usage(
            Outcome outcome,
            int status,
            long admitted,
            long charged,
            boolean exempt,
            long bytesIn,
            long bytesOut,
            boolean isFinal) {}

    static String sha256(final String key) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.US_ASCII)));
        } catch (final NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Fails when anything of a request is left: every test ends what it began. */
    @Override
    public void close() {
        assertThat(loop.exchanges().inUse()).as("exchanges open").isZero();
        assertThat(count(EdgeCounter.EXCHANGES_ENDED))
                .as("exchanges ended, of those begun")
                .isEqualTo(count(EdgeCounter.EXCHANGES_BEGUN));
        assertThat(lane.openExchanges()).as("exchanges open in the lane").isZero();
        assertThat(source.waiting).as("exchanges that wait for the upstream").isZero();
        assertThat(count(EdgeCounter.TUNNELS_CLOSED))
                .as("tunnels closed, of those opened")
                .isEqualTo(count(EdgeCounter.TUNNELS_OPENED));
        assertThat(count(EdgeCounter.EXCEPTIONS)).as("exceptions").isZero();
        assertThat(loop.budget().heldBytes()).as("bytes held").isZero();
        table.close();
        quotas.close();
    }

    /** The client's side. */
    static final class Client implements Downstream {
        private final Peer peer = new Peer(new InetSocketAddress(InetAddress.getLoopbackAddress(), 40_000), false);
        int status;
        int interims;
        String body = "";
        Head head;
        boolean isClosing;
        boolean isFinished;
        Reason aborted;

        void begin() {
            status = 0;
            interims = 0;
            body = "";
            head = null;
            isClosing = false;
            isFinished = false;
            aborted = null;
        }

        String field(final String name) {
            return Heads.value(head, name);
        }

        @Override
        public Peer peer() {
            return peer;
        }

        @Override
        public void informational(final Exchange exchange) {
            interims++;
        }

        @Override
        public void head(final Exchange exchange, final boolean last) {
            status = exchange.response().status();
            isClosing = exchange.isCloseAfter();
            head = Heads.copy(exchange.response());
        }

        @Override
        public void body(final Exchange exchange, final ByteBuf data, final int length, final boolean last) {
            body += data.readCharSequence(length, StandardCharsets.US_ASCII);
        }

        @Override
        public void trailers(final Exchange exchange, final Head trailers) {}

        @Override
        public void requestCredit(final int bytes) {}

        @Override
        public void abort(final Reason reason) {
            aborted = reason;
        }

        @Override
        public void recorded() {}

        @Override
        public void finished() {
            isFinished = true;
        }

        @Override
        public void flush() {}
    }

    /** Gives the one upstream, or fails for the reasons that were put in. */
    static final class Source implements UpstreamSource, Upstream {
        final Deque<Reason> failures = new ArrayDeque<>();
        final List<Boolean> acquired = new ArrayList<>();
        Head head;
        Head trailers;
        String body = "";
        Reason reset;
        boolean isWaiting;
        int waiting;
        boolean isCancelled;
        int ends;
        Runnable onEnd = () -> {};

        @Override
        public void acquire(final Exchange exchange, final boolean fresh) {
            acquired.add(fresh);
            if (isWaiting) {
                waiting++;
                return;
            }
            final Reason failure = failures.poll();
            if (failure == null) {
                exchange.upstreamReady(this);
            } else {
                exchange.upstreamFailed(failure);
            }
        }

        @Override
        public void cancel(final Exchange exchange) {
            isCancelled = true;
            waiting--;
        }

        @Override
        public void head(final Exchange exchange) {
            head = Heads.copy(exchange.request());
            body = "";
        }

        @Override
        public void body(final ByteBuf data, final int length, final boolean last) {
            if (length > 0) {
                body += data.readCharSequence(length, StandardCharsets.US_ASCII);
            }
            if (last) {
                ends++;
                onEnd.run();
            }
        }

        @Override
        public void trailers(final Head fields) {
            trailers = Heads.copy(fields);
            ends++;
        }

        @Override
        public void responseCredit(final int bytes) {}

        @Override
        public void reset(final Reason reason) {
            reset = reason;
        }

        @Override
        public void flush() {}
    }

    private static final class NoRewriter implements RequestRewriter {
        @Override
        public void request(final Exchange exchange) {}

        @Override
        public void response(final Exchange exchange) {}
    }
}
