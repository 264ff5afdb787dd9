package openclaw.edge.proxy.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import openclaw.edge.catalog.OnPartition;
import openclaw.edge.ledger.lane.Durability;
import openclaw.edge.ledger.retain.RetentionPolicy;
import openclaw.edge.yaml.ConfigurationException;
import openclaw.edge.yaml.Problem;
import openclaw.edge.yaml.YamlReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class EdgeConfigTest {
    private static final Path DIRECTORY = Path.of("/etc/openclaw");
    private static final String MINIMAL = """
            upstream: {servers: [http://127.0.0.1:9000]}
            catalog: [billing.yaml]
            """;
    private static final long SECOND_NS = 1_000_000_000L;

    @Test
    void shouldHaveDefaultsOfListenerIdentityAndUpstream() {
        EdgeConfig config = read(MINIMAL);

        assertThat(config.listen()).containsExactly(ListenConfig.plain(new Address("127.0.0.1", 8080)));
        assertThat(config.eventLoops()).isEqualTo(Runtime.getRuntime().availableProcessors());
        assertThat(config.trustedProxies().isEmpty()).isTrue();
        assertThat(config.identity().mode()).isEqualTo(IdentityConfig.Mode.API_KEY);
        assertThat(config.identity().defaultTenant()).isNull();
        assertThat(config.identity().agentHeaders()).containsExactly("X-Agent-Id", "x-openclaw-agent-id");
        assertThat(config.identity().defaultAgent()).isEqualTo("default");
        assertThat(config.identity().agentFromModel()).isEmpty();
        assertThat(config.upstream().agentHeader()).isEqualTo("X-Consumer-Agent");
        assertThat(config.identity().trustedSources()).hasToString("[127.0.0.0/8, ::1/128]");
        UpstreamConfig upstream = config.upstream();
        assertThat(upstream.servers()).containsExactly(new UpstreamUrl(false, new Address("127.0.0.1", 9000)));
        assertThat(upstream.sendsOwnHost()).isFalse();
        assertThat(upstream.isHttp2()).isFalse();
        assertThat(upstream.headers()).isEmpty();
        assertThat(upstream.identityHeader()).isEqualTo("X-Consumer-Id");
        assertThat(upstream.strip()).containsExactly("x-openclaw-*");
        assertThat(upstream.maxConnections()).isEqualTo(1024);
        assertThat(upstream.queue()).isEqualTo(1024);
        assertThat(upstream.queueTimeoutNs()).isEqualTo(SECOND_NS);
        assertThat(upstream.poolIdleNs()).isEqualTo(4 * SECOND_NS);
        assertThat(upstream.connectTimeoutNs()).isEqualTo(2 * SECOND_NS);
        assertThat(upstream.responseHeadTimeoutNs()).isEqualTo(60 * SECOND_NS);
        assertThat(upstream.responseIdleTimeoutNs()).isEqualTo(60 * SECOND_NS);
    }

    @Test
    void shouldHaveDefaultsOfLimitsTimeoutsAndTheRest() {
        EdgeConfig config = read(MINIMAL);

        assertThat(config.limits()).isEqualTo(new LimitsConfig(16 << 10, 100, 8 << 10, 10 << 20, 100_000, 128L << 20));
        assertThat(config.timeouts())
                .isEqualTo(new TimeoutsConfig(
                        10 * SECOND_NS,
                        30 * SECOND_NS,
                        75 * SECOND_NS,
                        10 * SECOND_NS,
                        600 * SECOND_NS,
                        0,
                        30 * SECOND_NS));
        assertThat(config.routes()).isEmpty();
        assertThat(config.defaultRoute().responseHeadTimeoutNs()).isEqualTo(60 * SECOND_NS);
        assertThat(config.defaultRoute().errors()).isEqualTo(RouteConfig.ErrorShape.PROBLEM);
        assertThat(config.catalog()).containsExactly(DIRECTORY.resolve("billing.yaml"));
        assertThat(config.data()).isEqualTo(DIRECTORY.resolve("data"));
        assertThat(config.journalDirectory()).isEqualTo(DIRECTORY.resolve("data/journal"));
        assertThat(config.cluster().node()).isEqualTo("edge");
        assertThat(config.journal()).isEqualTo(new JournalConfig(Durability.PROCESS, false, RetentionPolicy.KEEP));
        assertThat(config.admin()).isEqualTo(new AdminConfig(new Address("127.0.0.1", 9901), null));
        assertThat(config.log()).isEqualTo(new LogConfig("info", false));
        assertThat(config.strictPaths()).isFalse();
        assertThat(config.via()).isTrue();
    }

    @Test
    void shouldReadEveryKeyOfThisVersion() {
        EdgeConfig config = read("""
                listen: [{address: "[::1]:8443", proxy_protocol: false, http2: false}, 0.0.0.0:80]
                event_loops: 3
                trusted_proxies: [10.0.0.0/8]
                identity: {mode: trusted-header, default_tenant: acme, trusted_sources: [192.168.7.0/24], agent_headers: [X-Bot], default_agent: main, agent_from_model: ["openclaw/", "openclaw:"]}
                upstream:
                  servers: [http://rating.internal]
                  host: upstream
                  headers: {Authorization: "Bearer ${GATEWAY_TOKEN}"}
                  identity_header: x-forwarded-user
                  agent_header: x-openclaw-agent-id
                  strip: ["X-Internal-*", x-debug]
                  http2: true
                  max_connections: 7
                  queue: 0
                  queue_timeout: 20ms
                  pool_idle: 2s
                  timeouts: {connect: 1s, response_head: 5s, response_idle: 6s}
                routes:
                  - {path: "/v1/chat/*", timeouts: {response_head: 600s}, errors: openai, upgrade: [websocket], idempotent: true}
                  - {path: /v1/messages, errors: anthropic}
                limits: {head: 8KiB, fields: 50, target: 4KiB, body: 1MiB, connections: 10, buffers: 64MiB}
                timeouts: {client_head: 1s, body_idle: 2s, keep_alive: 3s, tls_handshake: 4s, tunnel_idle: 5s, drain_delay: 6s, drain: 7s}
                catalog: /srv/billing.yaml
                data: /var/lib/edge
                cluster: {node: edge-a, bind: 0.0.0.0:7000, secret: "${CLUSTER_SECRET}", on_partition: closed, peers: []}
                journal: {durability: power, on_unavailable: admit, retain: {age: 400d, size: 50GiB}}
                admin: {listen: 0.0.0.0:9000, token: "${ADMIN_TOKEN:-from-default}"}
                log: {level: debug, format: json, access: off}
                strict_paths: true
                via: false
                """);

        assertThat(config.listen())
                .containsExactly(
                        new ListenConfig(new Address("::1", 8443), false, false, null),
                        ListenConfig.plain(new Address("0.0.0.0", 80)));
        assertThat(config.eventLoops()).isEqualTo(3);
        assertThat(config.trustedProxies()).hasToString("[10.0.0.0/8]");
        assertThat(config.identity().mode()).isEqualTo(IdentityConfig.Mode.TRUSTED_HEADER);
        assertThat(config.identity().defaultTenant()).isEqualTo("acme");
        assertThat(config.identity().agentHeaders()).containsExactly("X-Bot");
        assertThat(config.identity().defaultAgent()).isEqualTo("main");
        assertThat(config.identity().agentFromModel()).containsExactly("openclaw/", "openclaw:");
        assertThat(config.upstream().agentHeader()).isEqualTo("x-openclaw-agent-id");
        assertThat(config.upstream().servers())
                .containsExactly(new UpstreamUrl(false, new Address("rating.internal", 80)));
        assertThat(config.upstream().servers().get(0).authority()).isEqualTo("rating.internal");
        assertThat(config.upstream().sendsOwnHost()).isTrue();
        assertThat(config.upstream().isHttp2()).isTrue();
        assertThat(config.upstream().headers()).isEqualTo(Map.of("Authorization", "Bearer hush-gateway"));
        assertThat(config.upstream().strip()).containsExactly("x-internal-*", "x-debug");
        assertThat(config.upstream().queueTimeoutNs()).isEqualTo(20_000_000L);
        RouteConfig chat = config.routes().get(0);
        assertThat(chat.pattern()).hasToString("/v1/chat/*");
        assertThat(chat.responseHeadTimeoutNs()).isEqualTo(600 * SECOND_NS);
        assertThat(chat.responseIdleTimeoutNs()).isEqualTo(6 * SECOND_NS);
        assertThat(chat.errors()).isEqualTo(RouteConfig.ErrorShape.OPENAI);
        assertThat(chat.idempotent()).isTrue();
        assertThat(config.routes().get(1).errors()).isEqualTo(RouteConfig.ErrorShape.ANTHROPIC);
        assertThat(config.limits()).isEqualTo(new LimitsConfig(8 << 10, 50, 4 << 10, 1 << 20, 10, 64L << 20));
        assertThat(config.timeouts().drainNs()).isEqualTo(7 * SECOND_NS);
        assertThat(config.catalog()).containsExactly(Path.of("/srv/billing.yaml"));
        assertThat(config.data()).isEqualTo(Path.of("/var/lib/edge"));
        assertThat(config.cluster().onPartition()).isEqualTo(OnPartition.CLOSED);
        assertThat(config.journal())
                .isEqualTo(new JournalConfig(
                        Durability.POWER, true, new RetentionPolicy(400L * 86_400_000_000_000L, 50L << 30)));
        assertThat(config.admin().token()).isEqualTo("from-default");
        assertThat(config.log()).isEqualTo(new LogConfig("debug", true));
        assertThat(config.strictPaths()).isTrue();
        assertThat(config.via()).isFalse();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
                    lisen: 127.0.0.1:1                               | lisen                      | one of listen, event_loops        | did you mean 'listen'?
                    listen: 8080                                     | listen                     | HOST:PORT                         | 8080
                    listen: 127.0.0.1:70000                          | listen                     | HOST:PORT                         | 127.0.0.1:70000
                    listen: ["::1:80"]                               | listen[0]                  | HOST:PORT                         | ::1:80
                    listen: [{http2: false}]                         | listen[0].address          | HOST:PORT                         | nothing
                    listen: [{address: a:1, tls: {certificates: []}}] | listen[0].tls.certificates | a list like [{cert | none
                    listen: [a:1, a:1]                               | listen                     | an address of its own             | listen[1]=a:1 twice
                    admin: {listen: 127.0.0.1:8080}                  | listen                     | an address of its own             | admin.listen=listen=127.0.0.1:8080
                    event_loops: -1                                  | event_loops                | a whole number from 0 to 1024     | -1
                    trusted_proxies: [10.0.0.1/8]                    | trusted_proxies[0]         | no bit set after the first 8      | 10.0.0.1/8
                    trusted_proxies: [example.com]                   | trusted_proxies[0]         | an address range                  | example.com
                    trusted_proxies: [10.0.0.0/33]                   | trusted_proxies[0]         | the number from 0 to 32           | 10.0.0.0/33
                    identity: apikey                                 | identity                   | one of api-key, trusted-header    | did you mean 'api-key'?
                    identity: {trusted_sources: [10.0.0.0/8]}        | identity.trusted_sources   | only with mode: trusted-header    | mode=api-key
                    identity: {agent_headers: [Host]}                | identity.agent_headers[0]  | a field name                      | Host
                    identity: {agent_headers: [X_Agent_Id]}          | identity.agent_headers[0]  | a field name                      | X_Agent_Id
                    identity: {default_agent: "a b"}                 | identity.default_agent     | an agent's id                     | a b
                    identity: {agent_from_model: "open claw/"}       | identity.agent_from_model  | what models begin with            | open claw/
                    identity: {agent_from_model: "openclaw/"}        | identity                   | upstream.agent_header beside      | no upstream.agent_header
                    limits: {head: 4KiB}                             | limits.target              | target <= head                    | target=8192B > head=4096B
                    limits: {head: 1MiB, buffers: 8MiB}              | limits.buffers             | buffers >= 16 heads               | buffers=8388608B < 16 * head=16777216B
                    limits: {head: -1KiB}                            | limits.head                | a size like                       | -1KiB
                    limits: {head: 1MiB, buffers: 3}                 | limits.buffers             | a size like                       | 3
                    limits: {target: 2MiB}                           | limits.target              | a size like                       | 2MiB
                    listen: [here, 127.0.0.1:8080]                   | listen[0]                  | HOST:PORT                         | here
                    admin: {listen: 0.0.0.0:9901, token: "${NONE}"}  | admin.token                | the environment variable NONE     | ${NONE}
                    limits: {body: 10 megabytes}                     | limits.body                | a size like                       | 10 megabytes
                    timeouts: {drain: 30}                            | timeouts.drain             | a duration like                   | 30
                    timeouts: {keep_alive: 0s}                       | timeouts.keep_alive        | from 1000000ns                    | 0s
                    routes: [{path: v1}]                             | routes[0].path             | a path like                       | v1
                    routes: [{path: "/a*b"}]                         | routes[0].path             | a path like                       | /a*b
                    routes: [{path: /a, errors: xml}]                | routes[0].errors           | one of problem, openai, anthropic | xml
                    cluster: {bind: 0.0.0.0:7947}                    | cluster.bind               | a loopback address, or a cluster.secret | bind=0.0.0.0:7947 without a secret
                    cluster: {node: "a b"}                           | cluster.node               | a name of at most 64              | a b
                    admin: {listen: 0.0.0.0:9901}                    | admin.listen               | a loopback address, or an admin.token | listen=0.0.0.0:9901 without a token
                    log: {level: loud}                               | log.level                  | one of info, error                | loud
                    journal: {durability: disk}                      | journal.durability         | one of process, power             | disk
                    journal: {retain: {age: 59m}}                    | journal.retain.age         | from 3600000000000ns              | 59m
                    journal: {retain: {size: 1MiB}}                  | journal.retain.size        | from 67108864B                    | 1MiB
                    journal: {retain: 400d}                          | journal.retain             | keys with values                  | 400d
                    """)
    void shouldNameWhatIsWrong(String line, String key, String expected, String found) {
        assertProblem(line, key, expected, found);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
                    routes: [{path: /a, upgrade: [h2c]}]             | routes[0].upgrade[0]       | one of websocket
                    decision: {listen: 127.0.0.1:8181}               | decision                   | the decision API is not in this version
                    portal: {listen: 127.0.0.1:8282}                 | portal                     | the portal is not in this version
                    log: {access: on}                                | log.access                 | an access log is not in this version
                    """)
    void shouldRefuseByNameWhatThisVersionCannotDo(String line, String key, String expected) {
        assertProblem(line, key, expected, "");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
                    "servers: [http://a, http://b, http://a:80/]"    | upstream.servers[2]        | each server once
                    "servers: [a:9000]"                              | upstream.servers[0]        | a URL like http://127.0.0.1:9000
                    "servers: [http://a/base]"                       | upstream.servers[0]        | without a path
                    "servers: [http://a:0]"                          | upstream.servers[0]        | a port from 1 to 65535
                    "servers: []"                                    | upstream.servers           | a URL like
                    "servers: [http://a], tls: {cert: c.pem}"        | upstream.tls.key           | both cert and key, or neither
                    "servers: [http://a], tls: {verify: 3}"          | upstream.tls.verify        | true or false
                    "servers: [https://a], tls: {ca: none.pem}"      | upstream.tls.ca            | a file that exists
                    "servers: [http://a], health: {fall: 0}"         | upstream.health.fall       | 1 to 1000
                    "servers: [http://a], health: {path: health}"    | upstream.health.path       | a path like /health
                    "servers: [http://a], headers: {Host: b}"        | upstream.headers.Host      | a field name that the proxy does not set itself
                    "servers: [http://a], identity_header: a b"      | upstream.identity_header   | a field name
                    "servers: [http://a], agent_header: X-Consumer-Id" | upstream.agent_header    | another field than identity_header
                    "servers: [http://a], strip: ['*']"              | upstream.strip[0]          | a field name, or the beginning of one
                    "servers: [http://a], timeouts: {connect: 2d}"   | upstream.timeouts.connect  | a duration like
                    """)
    void shouldNameWhatIsWrongWithTheUpstream(String inside, String key, String expected) {
        List<Problem> problems = problems("catalog: [billing.yaml]\n\nupstream: {" + inside + "}\n");

        assertThat(problems).hasSize(1);
        assertThat(problems.get(0).line()).isEqualTo(3);
        assertThat(problems.get(0).key()).isEqualTo(key);
        assertThat(problems.get(0).expected()).contains(expected);
    }

    @Test
    void shouldNameEverythingAtOnce() {
        assertThat(problems("event_loops: many\nvia: perhaps\n"))
                .extracting(Problem::toString)
                .containsExactly(
                        "edge.yaml:1: event_loops: expected a whole number from 0 to 1024, found many",
                        "edge.yaml:1: upstream.servers: expected a URL like http://127.0.0.1:9000 or https://api.example.com, without a path, found nothing",
                        "edge.yaml:1: catalog: expected a list of catalog files like [billing.yaml], found nothing",
                        "edge.yaml:2: via: expected true or false, found perhaps");
    }

    /** Several values wrong at once: each is told, and nothing that follows from what stands in for them. */
    @Test
    void shouldNotTellWhatOnlyFollows() {
        assertThat(problems(MINIMAL + """
                        limits: {head: -1KiB, target: 1KB, buffers: some}
                        cluster: {bind: 0.0.0.0:1, secret: hush, peers: [here, there, "", 10.0.0.2:7947], dns: [x]}
                        listen: [here, there]
                        admin: {listen: here}
                        """))
                .extracting(Problem::key)
                .containsExactly(
                        "limits.head",
                        "limits.target",
                        "limits.buffers",
                        "cluster.secret",
                        "cluster.peers[0]",
                        "cluster.peers[1]",
                        "cluster.peers[2]",
                        "cluster.dns",
                        "listen[0]",
                        "listen[1]",
                        "admin.listen");
    }

    @Test
    void shouldNeverShowASecret() {
        List<Problem> problems = problems("""
                upstream:
                  servers: ["http://user:hush-url@a/"]
                  headers: {X-Key: "hush-value "}
                admin: {token: " hush-token"}
                cluster: {secret: [hush-list]}
                catalog: [billing.yaml]
                """);

        assertThat(problems)
                .extracting(Problem::key)
                .containsExactly("upstream.servers[0]", "upstream.headers.X-Key", "admin.token", "cluster.secret[0]");
        assertThat(problems.toString()).doesNotContain("hush");
        assertThat(read(MINIMAL + "admin: {token: hush-token}\n").admin().toString())
                .doesNotContain("hush");
    }

    @Test
    void shouldNameAnUndefinedVariable() {
        assertThat(problems(MINIMAL + "admin: {token: \"${NOT_SET}\"}\n"))
                .extracting(Problem::toString)
                .containsExactly("edge.yaml:3: admin.token: expected the environment variable NOT_SET to be defined,"
                        + " or ${NOT_SET:-default}, found ${NOT_SET}, whose value is not shown");
    }

    @Test
    void shouldSayThatTheFileIsNotThereAndNothingElse() {
        assertThatThrownBy(() -> EdgeConfig.read(Path.of("no-such-edge.yaml")))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage("no-such-edge.yaml: expected a file that exists, found none");
    }

    private static void assertProblem(String line, String key, String expected, String found) {
        List<Problem> problems = problems(MINIMAL + line + "\n");

        assertThat(problems).hasSize(1);
        assertThat(problems.get(0).file()).isEqualTo("edge.yaml");
        // A rule between two keys of which only the other is written is told at the top of the map.
        assertThat(problems.get(0).line()).isEqualTo(key.equals("listen") && line.startsWith("admin") ? 1 : 3);
        assertThat(problems.get(0).key()).isEqualTo(key);
        assertThat(problems.get(0).expected()).contains(expected);
        assertThat(problems.get(0).found()).contains(found == null ? "" : found);
    }

    private static EdgeConfig read(String text) {
        YamlReader reader = reader();
        EdgeConfig config = EdgeConfig.of(reader.parse("edge.yaml", DIRECTORY, bytes(text)));
        reader.problems().throwIfAny();
        return config;
    }

    private static List<Problem> problems(String text) {
        YamlReader reader = reader();
        EdgeConfig.of(reader.parse("edge.yaml", DIRECTORY, bytes(text)));
        return reader.problems().list();
    }

    private static YamlReader reader() {
        return new YamlReader(Map.of("GATEWAY_TOKEN", "hush-gateway", "CLUSTER_SECRET", "hush-hush-cluster")::get);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
