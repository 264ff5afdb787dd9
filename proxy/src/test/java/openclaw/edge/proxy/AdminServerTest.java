package openclaw.edge.proxy;

import static openclaw.edge.proxy.PipelineFixture.BEARER_A;
import static openclaw.edge.proxy.PipelineFixture.BEARER_B;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.LongStream;
import openclaw.edge.catalog.OnPartition;
import openclaw.edge.crdt.PartitionPolicy;
import openclaw.edge.ledger.lane.JournalHealth;
import openclaw.edge.ledger.lane.LedgerCounters;
import openclaw.edge.ledger.retain.RetentionStatus;
import openclaw.edge.proxy.admin.AdminServer;
import openclaw.edge.proxy.admin.AdminSources;
import openclaw.edge.proxy.admin.ClusterReport;
import openclaw.edge.proxy.admin.MetricTotals;
import openclaw.edge.proxy.config.Address;
import openclaw.edge.proxy.config.AdminConfig;
import openclaw.edge.proxy.config.ClusterConfig;
import openclaw.edge.proxy.config.ClusterSecrets;
import openclaw.edge.proxy.config.ClusterTimes;
import openclaw.edge.proxy.config.PeersConfig;
import openclaw.edge.proxy.exchange.BufferBudget;
import openclaw.edge.proxy.exchange.CommonDefect;
import openclaw.edge.proxy.exchange.Exchange;
import openclaw.edge.proxy.notice.NoticeCounter;
import openclaw.edge.sync.ClusterView;
import openclaw.edge.sync.MemberState;
import openclaw.edge.sync.SyncCounters;
import openclaw.edge.sync.wire.DropReason;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AdminServerTest {
    private static final String TOKEN = "Authorization: Bearer secret-token\r\n";

    @TempDir
    Path directory;

    private final AtomicBoolean ready = new AtomicBoolean(true);
    private PipelineFixture fixture;
    private ClusterReport report = new ClusterReport(
            new ClusterConfig(
                    "eu",
                    "edge-a",
                    new Address("127.0.0.1", 7947),
                    PeersConfig.NONE,
                    ClusterSecrets.NONE,
                    OnPartition.SHARE,
                    new ClusterTimes(1, 5, 0, 0, 0)),
            0xabcL,
            0xdefL,
            null,
            null,
            null);
    private static final RetentionStatus RETENTION = new RetentionStatus(
            RetentionStatus.State.READER_BEHIND,
            true,
            "",
            3,
            5000,
            2000,
            Map.of("billing", 2000L),
            Map.of("billing", 7_000_000_000L));
    private AdminSources sources;
    private AdminServer server;

    @BeforeEach
    void open() throws IOException {
        fixture = new PipelineFixture(directory);
        sources = new AdminSources(
                fixture.snapshots,
                new AdminSources.Tables(fixture.table, fixture.quotas, fixture.clock::epochNs),
                List.of(new AdminSources.Loop(
                        fixture.loop.counters(),
                        fixture.pipeline.admission().buckets().counters(),
                        fixture.pipeline.totals(),
                        fixture.pipeline.latencies())),
                new LedgerCounters(),
                new BufferBudget(1, 1 << 20),
                new AdminSources.Others(
                        List::of, NoticeCounter::ordinal, () -> report, fixture.health::state, () -> RETENTION),
                ready::get);
        server = AdminServer.start(new AdminConfig(new Address("127.0.0.1", 0), "secret-token"), sources);
    }

    @AfterEach
    void close() {
        server.close();
        fixture.close();
    }

    @Test
    void shouldSayHealthToAnybody() throws IOException {
        assertThat(get("/health/live", "")).startsWith("HTTP/1.1 200").endsWith("{\"status\":\"live\"}\n");
        assertThat(get("/health/ready", ""))
                .startsWith("HTTP/1.1 200")
                .endsWith("{\"status\":\"ready\",\"journal\":\"healthy\",\"tables\":\"whole\"}\n");
        ready.set(false);
        fixture.health.state(JournalHealth.State.DISK_NEARLY_FULL);
        assertThat(get("/health/ready", ""))
                .startsWith("HTTP/1.1 503")
                .endsWith("{\"status\":\"not ready\",\"journal\":\"disk nearly full\",\"tables\":\"whole\"}\n");
        assertThat(get("/health/live", "")).startsWith("HTTP/1.1 200");
    }

    @Test
    void shouldShowALoneNodeWithoutMembers() throws IOException {
        assertThat(get("/v1/cluster", TOKEN))
                .startsWith("HTTP/1.1 200")
                .endsWith("{\"cluster\":\"eu\",\"node\":\"edge-a\",\"lone\":true,\"ready\":true,\"tables\":\"whole\","
                        + "\"on_partition\":\"share\",\"configuration_hash\":\"0000000000000abc\","
                        + "\"catalog_hash\":\"0000000000000def\",\"members\":[]}\n");
        assertThat(get("/v1/cluster", TOKEN + "Accept: text/plain\r\n"))
                .endsWith("node edge-a: a lone node (no cluster.peers, no cluster.dns)\n"
                        + "configuration 0000000000000abc  catalog 0000000000000def\n");
        assertThat(get("/metrics", TOKEN)).doesNotContain("openclaw_cluster", "openclaw_gossip");
    }

    @Test
    void shouldShowMembersAndWhatDiffersFromThisNode() throws IOException {
        final ClusterView.Member same = new ClusterView.Member(
                "edge-b",
                "127.0.0.1:7948",
                MemberState.ALIVE,
                "heard",
                1_000_000_000L,
                true,
                true,
                1,
                3,
                4,
                250_000,
                -1_500,
                0xabcL,
                0xdefL);
        final ClusterView.Member other = new ClusterView.Member(
                "", "127.0.0.1:7949", MemberState.SUSPECT, "silent", 0, false, false, 1, 0, 0, 0, 0, 0, 0x123L);
        final ClusterView.Member reserved = new ClusterView.Member(
                "edge-d", "127.0.0.1:7950", MemberState.SUSPECT, "silent", 0, false, true, 1, 0, 0, 0, 0, 0, 0);
        final SyncCounters counters = new SyncCounters();
        counters.onDropped(DropReason.WRONG_TAG);
        report = new ClusterReport(
                report.config(),
                report.configurationHash(),
                report.catalogHash(),
                new ClusterView(
                        "edge-a",
                        1,
                        2,
                        true,
                        "joined",
                        3,
                        2,
                        PartitionPolicy.SHARE,
                        77,
                        List.of(same, other, reserved),
                        0),
                counters,
                buckets -> LongStream.rangeClosed(1, buckets.size())
                        .map(tokens -> 10 * tokens)
                        .toArray());

        assertThat(get("/health/ready", ""))
                .endsWith(
                        "{\"status\":\"ready\",\"journal\":\"healthy\",\"tables\":\"whole\",\"cluster\":{\"members_all\":3,"
                                + "\"members_reachable\":2,\"unheard_addresses\":1,\"began\":\"joined\"}}\n");
        assertThat(get("/v1/cluster", TOKEN))
                .contains(
                        "\"members_all\":3,\"members_reachable\":2,\"unheard_addresses\":1,\"unsynced_tokens\":77,\"unsynced_limits\":[{\"tenant\":",
                        "{\"tenant\":\"tenant-a\",\"limit\":\"agent\",\"unsynced_tokens\":10}",
                        "{\"name\":\"edge-b\",\"address\":\"127.0.0.1:7948\",\"state\":\"alive\"",
                        "\"lag_versions\":3,\"behind_versions\":4,\"round_trip_us\":250,\"clock_skew_ms\":-1500");
        assertThat(get("/v1/cluster", TOKEN + "Accept: text/plain\r\n"))
                .contains("cluster eu: 2 of 3 members heard, on_partition share\n"
                        + "addresses where nobody was ever heard: 1\nnode edge-a: ready (joined),")
                .containsPattern(
                        "edge-b +127.0.0.1:7948 +alive +1970-01-01T00:00:01Z +3 +4 +250 us +-1500 ms +same +same +heard\n")
                .containsPattern(
                        "- \\(not counted\\) +127.0.0.1:7949 +suspect .* - +0000000000000123 MISMATCH +silent\n")
                .containsPattern("edge-d \\(a share reserved, not counted yet\\) +127.0.0.1:7950 +suspect");
        assertThat(get("/metrics", TOKEN))
                .contains(
                        "openclaw_cluster_members{state=\"alive\",} 1.0\n",
                        "openclaw_cluster_members{state=\"suspect\",} 2.0\n",
                        "openclaw_cluster_members_all 3.0\n",
                        "openclaw_cluster_members_reachable 2.0\n",
                        "openclaw_cluster_unheard_addresses 1.0\n",
                        "openclaw_cluster_unsynced_tokens 77.0\n",
                        "openclaw_cluster_catalog_mismatches 1.0\n",
                        "openclaw_cluster_configuration_mismatches 0.0\n",
                        "openclaw_cluster_member_lag_versions{member=\"edge-b\",} 3.0\n",
                        "openclaw_cluster_member_clock_skew_seconds{member=\"edge-b\",} -1.5\n",
                        "openclaw_gossip_datagrams_dropped_total{reason=\"wrong_tag\",} 1.0\n",
                        "openclaw_cluster_limit_unsynced_tokens{tenant=\"tenant-a\",limit=\"tenant\",} 20.0\n",
                        "openclaw_cluster_settled_tokens_total{tenant=\"tenant-a\",limit=\"agent\",} 0.0\n",
                        "openclaw_cluster_forgiven_tokens_total{tenant=\"tenant-a\",limit=\"agent\",} 0.0\n");
    }

    @Test
    void shouldSayNothingElseWithoutTheToken() throws IOException {
        for (final String path : List.of("/metrics", "/v1/tenants", "/v1/tenants/tenant-a/usage", "/nothing")) {
            for (final String wrong : List.of(
                    "",
                    "Authorization: Bearer secret-tokem\r\n",
                    "Authorization: Bearer\r\n",
                    "X-Token: secret-token\r\n")) {
                final String answer = get(path, wrong);
                assertThat(answer).as(path + wrong).startsWith("HTTP/1.1 401");
                assertThat(answer.toLowerCase(java.util.Locale.ROOT)).contains("www-authenticate: bearer");
                assertValidJson(answer);
            }
        }
    }

    @Test
    void shouldRefuseNamesThatAreNotItsOwn() throws IOException {
        assertThat(ask("GET", "/metrics", "evil.example", TOKEN)).startsWith("HTTP/1.1 421");
        assertThat(ask("GET", "/metrics", "127.0.0.1.evil.example", TOKEN)).startsWith("HTTP/1.1 421");
        assertThat(ask("GET", "/metrics", "10.1.2.3", TOKEN)).startsWith("HTTP/1.1 421");
        for (final String own : List.of("127.0.0.1", "127.0.0.1:9901", "localhost:1", "LOCALHOST", "[::1]:5")) {
            assertThat(ask("GET", "/metrics", own, TOKEN)).as(own).startsWith("HTTP/1.1 200");
        }
    }

    @Test
    void shouldShowWhatTheJournalKeepsAndForWhom() throws IOException {
        assertThat(get("/metrics", TOKEN))
                .contains(
                        "openclaw_journal_files 3.0\n",
                        "openclaw_journal_written_bytes 5000.0\n",
                        "openclaw_journal_due_bytes 2000.0\n",
                        "openclaw_journal_oversize 1.0\n",
                        "openclaw_journal_reader_behind_bytes{reader=\"billing\",} 2000.0\n",
                        "openclaw_journal_reader_committed_timestamp_seconds{reader=\"billing\",} 7.0\n",
                        "openclaw_journal_files_deleted_total 0.0\n");
    }

    @Test
    void shouldAnswerOnlyReading() throws IOException {
        final String answer = ask("POST", "/metrics", "localhost", TOKEN);
        assertThat(answer).startsWith("HTTP/1.1 405").containsIgnoringCase("allow: GET, HEAD");
        final String head = ask("HEAD", "/metrics", "localhost", TOKEN);
        assertThat(head).startsWith("HTTP/1.1 200").endsWith("\r\n\r\n");
    }

    @Test
    void shouldAnswer404ForWhatIsNotThere() throws IOException {
        for (final String path : List.of("/", "/v1/tenants/nobody/usage", "/v1/tenants//usage", "/v1/tenants/usage")) {
            final String answer = get(path, TOKEN);
            assertThat(answer).as(path).startsWith("HTTP/1.1 404");
            assertValidJson(answer);
        }
    }

    @Test
    void shouldTellATenantsUsage() throws IOException {
        fixture.served("/v1/rate", BEARER_A, "X-Agent-Id: seven");
        fixture.served("/v1/rate", BEARER_A);
        fixture.respond(fixture.request("GET", "/v1/rate", BEARER_A), 500, 1);
        final String answer = get("/v1/tenants/tenant-a/usage", TOKEN);
        assertThat(answer).startsWith("HTTP/1.1 200").contains("application/json");
        assertValidJson(answer);
        assertThat(body(answer))
                .contains("\"tenant_id\":\"tenant-a\"", "\"plan\":\"small\"")
                .contains("\"usage\":{\"tokens\":2,\"tokens_refunded\":1}")
                .contains("\"quota\":{\"monthly_quota\":50,\"remaining\":48,\"overage\":\"deny\"}")
                .contains("{\"name\":\"tenant\",\"per\":\"tenant\",\"capacity\":20,\"refill_rate\":1,"
                        + "\"interval_seconds\":3600,\"remaining\":18}")
                .contains("\"live_agents\":2,\"max_agents\":10000")
                .contains("{\"agent_id\":\"default\",\"requests\":2,\"tokens\":1}")
                .contains("{\"agent_id\":\"seven\",\"requests\":1,\"tokens\":1}")
                .contains("\"since_start\":{\"requests\":3,\"tokens\":2}");
    }

    @Test
    void shouldTellATenantWithoutQuota() throws IOException {
        fixture.served("/v1/rate", BEARER_B);
        final String answer = get("/v1/tenants/tenant-b/usage", TOKEN);
        assertValidJson(answer);
        assertThat(body(answer))
                .contains("\"usage\":{\"tokens\":1,")
                .contains("\"quota\":{\"monthly_quota\":null,\"remaining\":null,\"overage\":\"allow\"}");
    }

    @Test
    void shouldListTenants() throws IOException {
        assertThat(body(get("/v1/tenants", TOKEN))).isEqualTo("{\"tenants\":[\"tenant-a\",\"tenant-b\"]}\n");
    }

    @Test
    void shouldExportMetricsThatAddUp() throws IOException {
        fixture.served("/v1/rate", BEARER_A, "X-Agent-Id: seven");
        fixture.request("GET", "/v1/rate");
        fixture.request("GET", "/v1/dear", BEARER_A);
        final Exchange malformed = fixture.loop.exchanges().acquire(fixture.client);
        malformed.malformed(CommonDefect.HEAD_TIMEOUT);
        final String metrics = body(get("/metrics", TOKEN));
        assertThat(metrics)
                .contains("openclaw_tokens_used_total{tenant=\"tenant-a\",agent_id=\"seven\",} 1.0\n")
                .contains("token_bucket_capacity{tenant=\"tenant-a\",limit=\"tenant\",} 20.0\n")
                .contains("token_bucket_remaining{tenant=\"tenant-a\",limit=\"tenant\",} 19.0\n")
                .contains("token_bucket_remaining{tenant=\"tenant-a\",limit=\"monthly_quota\",} 49.0\n")
                .contains("token_bucket_live_agents{tenant=\"tenant-a\",limit=\"agent\",} 2.0\n")
                .contains("openclaw_edge_requests_malformed_total 1.0\n")
                .contains("openclaw_edge_decisions_total{decision=\"refused\",reason=\"unauthenticated\",} 1.0\n")
                .contains("openclaw_edge_latency_seconds_count{part=\"total\",} 1.0\n")
                .contains("openclaw_edge_latency_seconds_bucket{part=\"own\",le=\"+Inf\",} 1.0\n")
                .contains("openclaw_limits_admitted_total 1.0\n")
                .contains("openclaw_journal_lost_requests_total 0.0\n")
                .contains("jvm_memory_bytes_used");
        final double decided = metrics.lines()
                .filter(line -> line.startsWith("openclaw_edge_decisions_total"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
        assertThat(decided).isEqualTo(3.0);
        assertThat(metrics).contains("openclaw_edge_requests_total 3.0\n");
    }

    @Test
    void shouldHaveEverySampleInOneFamilyOnly() throws IOException {
        final List<String> names = body(get("/metrics", TOKEN))
                .lines()
                .filter(line -> line.startsWith("# TYPE "))
                .map(line -> line.split(" ", -1)[2])
                .toList();
        assertThat(names).doesNotHaveDuplicates().hasSizeGreaterThan(80);
    }

    @Test
    void shouldGiveTheJournalTheSameTotals() {
        fixture.served("/v1/rate", BEARER_A);
        fixture.request("GET", "/v1/rate");
        fixture.respond(fixture.request("GET", "/v1/rate", BEARER_A), 503, 0);
        final StringBuilder totals = new StringBuilder();
        new MetricTotals(sources).collect(new openclaw.edge.ledger.journal.TickSource.Sink() {
            @Override
            public void heard(final long lifeHigh, final long lifeLow, final long[] sequences) {
                totals.append("heard ");
            }

            @Override
            public void metric(final String name, final long total) {
                totals.append(name).append('=').append(total).append(' ');
            }
        });
        assertThat(totals.toString())
                .isEqualTo("requests=3 requests_malformed=0 requests_refused=1 requests_admitted=2"
                        + " requests_admitted_unrecorded=0 tokens_consumed=2 tokens_refunded=1"
                        + " tokens_consumed_unrecorded=0 tokens_refunded_unrecorded=0 ");
    }

    @Test
    void shouldSayWhichAddressCannotBeHad() {
        final Address taken = new Address("127.0.0.1", server.address().getPort());
        assertThatThrownBy(() -> AdminServer.start(new AdminConfig(taken, null), sources))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("admin.listen=" + taken);
    }

    @Test
    void shouldNeedNoTokenWhereNoneIsSet() throws IOException {
        try (AdminServer open = AdminServer.start(new AdminConfig(new Address("127.0.0.1", 0), null), sources)) {
            assertThat(ask(open, "GET", "/v1/tenants", "localhost", "")).startsWith("HTTP/1.1 200");
        }
    }

    private String get(final String path, final String fields) throws IOException {
        return ask("GET", path, "127.0.0.1", fields);
    }

    private String ask(final String method, final String path, final String host, final String fields)
            throws IOException {
        return ask(server, method, path, host, fields);
    }

    private static String ask(
            final AdminServer server, final String method, final String path, final String host, final String fields)
            throws IOException {
        try (Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), server.address().getPort())) {
            socket.setSoTimeout(10_000);
            final String request =
                    method + " " + path + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n" + fields + "\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static String body(final String answer) {
        return answer.substring(answer.indexOf("\r\n\r\n") + 4);
    }

    private static void assertValidJson(final String answer) throws IOException {
        int tokens = 0;
        try (JsonParser parser = new JsonFactory().createParser(body(answer))) {
            while (parser.nextToken() != null) {
                tokens++;
            }
        }
        assertThat(tokens).isGreaterThan(2);
    }
}
