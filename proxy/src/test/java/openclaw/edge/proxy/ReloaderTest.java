package openclaw.edge.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import openclaw.edge.proxy.config.EdgeConfig;
import openclaw.edge.proxy.config.ReloadCounters;
import openclaw.edge.yaml.YamlReader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;

/** What a reloader makes of files that change; polls are calls, so nothing here waits. */
final class ReloaderTest {
    private static final String EDGE = """
            listen: 127.0.0.1:8080
            upstream:
              servers: [http://127.0.0.1:9000]
              headers: {Authorization: "Bearer ${TOKEN}"}
            catalog: [billing.yaml]
            """;
    private static final String CATALOG = "plans: {free: {monthly_quota: 1_000}}\ntenants: [{id: acme, plan: free}]\n";
    private static final String BROKEN = "plans: {free: {monthly_quota: many}}\ntenants: [{id: acme, plan: free}]\n";

    @TempDir
    private Path directory;

    private final Map<String, String> environment = new HashMap<>(Map.of("TOKEN", "hush-hush"));
    private final List<NodeFiles> put = new ArrayList<>();
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final ReloadCounters counters = new ReloadCounters();
    private long nowMs = 1_000;
    private RuntimeException failure;
    private Reloader reloader;

    @BeforeEach
    void start() throws IOException {
        log.start();
        logger().addAppender(log);
        logger().setAdditive(false);
        write("edge.yaml", EDGE);
        write("billing.yaml", CATALOG);
        final YamlReader reader = new YamlReader(environment::get);
        final EdgeConfig config = EdgeConfig.read(reader, directory.resolve("edge.yaml"));
        reader.problems().throwIfAny();
        reloader = new Reloader(config, Reloader.digests(config), environment::get, () -> nowMs, counters, this::put);
    }

    @AfterEach
    void stop() {
        logger().setAdditive(true);
        logger().detachAppender(log);
    }

    private static Logger logger() {
        return (Logger) LoggerFactory.getLogger(Reloader.class);
    }

    private void put(final NodeFiles files) {
        if (failure != null) {
            throw failure;
        }
        put.add(files);
    }

    @Test
    void shouldDoNothingWhileNothingChanges() {
        polls(10);

        assertThat(put).isEmpty();
        assertCounted(0, 0, 0);
        assertThat(counters.lastSuccessMs()).isEqualTo(1_000);
        assertThat(log.list).isEmpty();
    }

    @Test
    void shouldLoadWhatStayedTheSameForTwoPolls() throws IOException {
        write("billing.yaml", CATALOG.replace("acme", "globex"));
        nowMs = 5_000;

        polls(2);
        assertThat(put).isEmpty();
        polls(1);

        assertThat(put).hasSize(1);
        assertThat(put.get(0).catalog().tenant("globex")).isNotNull();
        assertThat(put.get(0).catalog().tenant("acme")).isNull();
        assertCounted(1, 0, 0);
        assertThat(counters.lastSuccessMs()).isEqualTo(5_000);
        assertThat(logged()).contains("billing.yaml").doesNotContain("edge.yaml");
        polls(10);
        assertThat(put).hasSize(1);
    }

    @Test
    void shouldWaitForTheEndOfAWrite() throws IOException {
        final String whole = CATALOG.replace("acme", "globex");
        for (int length = 10; length < whole.length(); length += 10) {
            write("billing.yaml", whole.substring(0, length));
            polls(2);
        }
        write("billing.yaml", whole);

        polls(3);

        assertThat(put).hasSize(1);
        assertCounted(1, 0, 0);
    }

    @Test
    void shouldSeeThroughRenamesAndAbsence() throws IOException {
        Files.delete(directory.resolve("billing.yaml"));
        polls(2);
        write("billing.new", CATALOG.replace("acme", "globex"));
        Files.move(
                directory.resolve("billing.new"),
                directory.resolve("billing.yaml"),
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
        polls(3);

        assertThat(put).hasSize(1);
        assertCounted(1, 0, 0);
    }

    @Test
    void shouldLoadTwoFilesAsOne() throws IOException {
        write("edge.yaml", EDGE.replace("catalog:", "identity: {default_tenant: globex}\ncatalog:"));
        polls(2);
        write("billing.yaml", CATALOG.replace("acme", "globex"));
        polls(3);

        assertThat(put).hasSize(1);
        assertThat(put.get(0).config().identity().defaultTenant()).isEqualTo("globex");
        assertCounted(1, 0, 0);
    }

    @Test
    void shouldChangeNothingForAFileThatIsWrongAndSaySoOnce() throws IOException {
        write("billing.yaml", BROKEN);
        polls(10);

        assertThat(put).isEmpty();
        assertCounted(0, 1, 0);
        assertThat(counters.isLastRefused()).isTrue();
        assertThat(logged()).contains("nothing changed", "billing.yaml:1: plans.free.monthly_quota: expected", "many");

        write("billing.yaml", CATALOG.replace("acme", "globex"));
        polls(3);
        assertThat(put).hasSize(1);
        assertCounted(1, 1, 0);
        assertThat(counters.isLastRefused()).isFalse();
    }

    @Test
    void shouldKnowThatABadVersionWasTakenBack() throws IOException {
        write("billing.yaml", BROKEN);
        polls(3);
        write("billing.yaml", CATALOG);
        polls(10);

        assertThat(put).isEmpty();
        assertCounted(0, 1, 1);
        assertThat(counters.isLastRefused()).isFalse();
    }

    @Test
    void shouldLoadAtOnceWhenAsked() throws IOException {
        write("billing.yaml", CATALOG.replace("acme", "globex"));
        reloader.reload();
        assertThat(put).hasSize(1);

        reloader.reload();
        polls(10);

        assertThat(put).hasSize(1);
        assertCounted(1, 0, 1);
    }

    @Test
    void shouldTryAgainWhenAskedAfterTheMachineRefused() throws IOException {
        write("billing.yaml", CATALOG.replace("acme", "globex"));
        failure = new StartException("no room");
        reloader.reload();
        polls(10);
        assertCounted(0, 1, 0);
        assertThat(logged()).contains("no room");

        failure = null;
        reloader.reload();

        assertThat(put).hasSize(1);
        assertCounted(1, 1, 0);
    }

    @Test
    void shouldOutliveWhatWasNotForeseen() throws IOException {
        write("billing.yaml", CATALOG.replace("acme", "globex"));
        failure = new IllegalStateException("a mistake of ours");
        reloader.reload();

        assertCounted(0, 1, 0);
        assertThat(logged()).contains("a mistake of ours");
    }

    @Test
    void shouldWatchFilesThatARefusedConfigurationNames() throws IOException {
        write("edge.yaml", EDGE.replace("[billing.yaml]", "[billing.yaml, more.yaml]"));
        polls(3);
        assertCounted(0, 1, 0);
        assertThat(logged()).contains("more.yaml: expected a file that exists");

        write("more.yaml", "tenants: [{id: globex, plan: free}]\n");
        polls(3);
        assertThat(put).hasSize(1);
        assertThat(put.get(0).catalog().tenants()).hasSize(2);

        write("more.yaml", "tenants: [{id: initech, plan: free}]\n");
        polls(3);
        assertCounted(2, 1, 0);
    }

    @Test
    void shouldNotWatchWhatIsNamedNoLonger() throws IOException {
        write("more.yaml", "tenants: [{id: globex, plan: free}]\n");
        write("edge.yaml", EDGE.replace("[billing.yaml]", "[billing.yaml, more.yaml]"));
        polls(3);
        write("edge.yaml", EDGE);
        polls(3);
        assertCounted(2, 0, 0);

        write("more.yaml", "nonsense");
        polls(10);
        assertCounted(2, 0, 0);
    }

    @Test
    void shouldRefuseAnUndefinedVariableAndShowNoValue() throws IOException {
        environment.remove("TOKEN");
        write("edge.yaml", EDGE + "via: false\n");
        reloader.reload();
        assertCounted(0, 1, 0);
        assertThat(logged()).contains("edge.yaml:4: upstream.headers.Authorization", "TOKEN");

        environment.put("TOKEN", "hush-hush\n");
        write("edge.yaml", EDGE + "via: true\n");
        reloader.reload();
        assertCounted(0, 2, 0);
        assertThat(logged()).doesNotContain("hush");
    }

    @Test
    void shouldRefuseATenantThatTheConfigurationNeeds() throws IOException {
        write("edge.yaml", EDGE + "identity: {default_tenant: nobody}\n");
        reloader.reload();

        assertCounted(0, 1, 0);
        assertThat(logged()).contains("identity.default_tenant");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            listen: 127.0.0.1:8081            | listen        | 1
            event_loops: 3                    | event_loops   | 6
            data: elsewhere                   | data          | 6
            cluster: {name: other}            | cluster.name  | 6
            cluster: {node: other}            | cluster.node  | 6
            cluster: {bind: 127.0.0.1:7000}   | cluster.bind  | 6
            cluster: {peers: [127.0.0.1:1]}   | cluster.peers | 6
            cluster: {dns: localhost:1}       | cluster.peers | 6
            admin: {listen: 127.0.0.1:9999}   | admin.listen  | 6
            """)
    void shouldRefuseByNameWhatARestartIsFor(final String line, final String key, final int number) throws IOException {
        final String text = key.equals("listen") ? EDGE.replaceFirst("listen: .*", line) : EDGE + line + "\n";
        write("edge.yaml", text.replace("9000", "9001"));
        reloader.reload();

        assertThat(put).isEmpty();
        assertCounted(0, 1, 0);
        assertThat(logged()).contains("edge.yaml:" + number + ": " + key + ": expected", "a restart to change it");
    }

    @Test
    void shouldLetEverythingElseChange() throws IOException {
        write("edge.yaml", """
                listen: 127.0.0.1:8080
                event_loops: 0
                trusted_proxies: [10.0.0.0/8]
                identity: {mode: trusted-header, agent_headers: [X-Who]}
                upstream: {servers: [http://127.0.0.1:9001], host: upstream, identity_header: X-User, strip: [x-a],
                  http2: true, max_connections: 5, queue: 6, queue_timeout: 2s, pool_idle: 1s,
                  timeouts: {connect: 1s, response_head: 1s, response_idle: 1s}}
                routes: [{path: "/v1/chat/*", errors: openai}]
                limits: {head: 32KiB, fields: 50, target: 4KiB, body: 1MiB, connections: 10, buffers: 64MiB}
                timeouts: {client_head: 1s, body_idle: 1s, keep_alive: 1s, drain_delay: 1s, drain: 1s}
                catalog: [billing.yaml]
                cluster: {on_partition: open, secret: 0123456789abcdef,
                  closed_after: 9s, suspect_after: 2s, gossip_interval: 10ms, join_timeout: 1s, dead_after: 1d}
                journal: {on_unavailable: admit}
                admin: {token: another}
                log: {level: warn, format: json}
                strict_paths: true
                via: false
                """);
        reloader.reload();

        assertThat(logged()).contains("in force now");
        assertCounted(1, 0, 0);
    }

    private void polls(final int count) {
        for (int i = 0; i < count; i++) {
            reloader.poll();
        }
    }

    private void assertCounted(final long applied, final long refused, final long unchanged) {
        assertThat(List.of(counters.appliedCount(), counters.refusedCount(), counters.unchangedCount()))
                .as("applied, refused, unchanged; log: %s", logged())
                .containsExactly(applied, refused, unchanged);
    }

    private String logged() {
        return log.list.stream().map(ILoggingEvent::getFormattedMessage).collect(Collectors.joining("\n"));
    }

    private void write(final String name, final String text) throws IOException {
        Files.writeString(directory.resolve(name), text);
    }
}
