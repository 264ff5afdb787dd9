package openclaw.edge.proxy.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import openclaw.edge.catalog.OnPartition;
import openclaw.edge.yaml.Problem;
import openclaw.edge.yaml.YamlReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ClusterConfigTest {
    private static final String REST = """
            upstream: {servers: [http://127.0.0.1:9000]}
            catalog: [billing.yaml]
            """;
    private static final long MILLISECOND_NS = 1_000_000L;
    private static final long SECOND_NS = 1_000 * MILLISECOND_NS;

    @Test
    void shouldBeALoneNodeByDefault() {
        final ClusterConfig cluster = read("");

        assertThat(cluster)
                .isEqualTo(new ClusterConfig(
                        "default",
                        "edge",
                        new Address("127.0.0.1", 7947),
                        PeersConfig.NONE,
                        ClusterSecrets.NONE,
                        OnPartition.SHARE,
                        new ClusterTimes(20 * MILLISECOND_NS, SECOND_NS, 5 * SECOND_NS, 0, 5 * SECOND_NS)));
        assertThat(cluster.isLone()).isTrue();
    }

    @Test
    void shouldReadEveryKey() {
        final ClusterConfig cluster = read("""
                cluster:
                  name: eu
                  node: edge-a
                  bind: 10.0.0.1:7947
                  peers: [10.0.0.2:7947, "edge-c.internal:7948", "[fd00::3]:7947"]
                  dns: edge.internal:7947
                  secret: ["${NEW_SECRET}", "${OLD_SECRET}"]
                  on_partition: open
                  gossip_interval: 10ms
                  suspect_after: 2s
                  closed_after: 0s
                  dead_after: 2h
                  join_timeout: 3s
                """);

        assertThat(cluster.name()).isEqualTo("eu");
        assertThat(cluster.node()).isEqualTo("edge-a");
        assertThat(cluster.bind()).isEqualTo(new Address("10.0.0.1", 7947));
        assertThat(cluster.peers())
                .isEqualTo(new PeersConfig(
                        List.of(
                                new Address("10.0.0.2", 7947),
                                new Address("edge-c.internal", 7948),
                                new Address("fd00::3", 7947)),
                        new Address("edge.internal", 7947)));
        assertThat(cluster.secrets().bytes()).containsExactly(bytes("hush-hush-new-one"), bytes("hush-hush-old-one"));
        assertThat(cluster.onPartition()).isEqualTo(OnPartition.OPEN);
        assertThat(cluster.times())
                .isEqualTo(new ClusterTimes(10 * MILLISECOND_NS, 2 * SECOND_NS, 0, 7200 * SECOND_NS, 3 * SECOND_NS));
        assertThat(cluster.isLone()).isFalse();
        assertThat(cluster.toString()).doesNotContain("hush");
    }

    @Test
    void shouldLeaveOutItselfSoThatOneListServesAllNodes() {
        assertThat(read("cluster: {bind: 127.0.0.1:7001, peers: [127.0.0.1:7001, 127.0.0.1:7002]}\n")
                        .peers()
                        .addresses())
                .containsExactly(new Address("127.0.0.1", 7002));
    }

    @Test
    void shouldNeedNoSecretAmongLoopbackAddresses() {
        final ClusterConfig cluster = read(
                "cluster: {peers: ['127.0.0.1:7948', '[::1]:7948', 'localhost:1'], dns: 'localhost:2', secret: '${NONE:-}'}\n");

        assertThat(cluster.secrets()).isEqualTo(ClusterSecrets.NONE);
        assertThat(cluster.peers().addresses()).hasSize(3);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
                    bind: 0.0.0.0:7947                              | bind            | a loopback address, or a cluster.secret | bind=0.0.0.0:7947 without a secret
                    node: "a b"                                     | node            | a name of at most 64           | "a b"
                    name: ../x                                      | name            | a name of at most 64           | ../x
                    peers: [10.0.0.2:7947]                          | peers[0]        | a loopback address, or a cluster.secret | 10.0.0.2:7947 without a secret
                    peers: [edge-b:7947]                            | peers[0]        | a loopback address, or a cluster.secret | edge-b:7947 without a secret
                    peers: [127.0.0.1]                              | peers[0]        | HOST:PORT                      | 127.0.0.1
                    peers: [here, 127.0.0.1:1]                      | peers[0]        | HOST:PORT                      | here
                    peers: here                                     | peers           | HOST:PORT                      | here
                    bind: here, peers: [10.0.0.2:7947], secret: 0123456789abcdef | bind | HOST:PORT                    | here
                    bind: 0.0.0.0:7947, peers: [10.0.0.2:7947], secret: hush | secret | a secret of at least 16 bytes | a value of 4 characters
                    bind: 0.0.0.0:7947, peers: [10.0.0.2:7947], secret: [] | secret | a secret, or a list of two    | a list of 0
                    gossip_interval: 1s, suspect_after: x           | suspect_after   | a duration like                | x
                    gossip_interval: x, suspect_after: 100ms        | gossip_interval | a duration like                | x
                    dead_after: 1s, suspect_after: x                | suspect_after   | a duration like                | x
                    peers: [127.0.0.1:0]                            | peers[0]        | a port from 1 to 65535         | 127.0.0.1:0
                    peers: [127.0.0.1:1, 127.0.0.1:1]               | peers[1]        | each peer once                 | 127.0.0.1:1 again
                    peers: [10.0.0.2:7947], secret: 0123456789abcdef | bind           | the peer 10.0.0.2:7947 can reach | bind=127.0.0.1:7947
                    dns: edge.internal:7947                         | dns             | a loopback address, or a cluster.secret | edge.internal:7947 without a secret
                    dns: [edge.internal:7947]                       | dns             | text                           | a list
                    secret: hush-hush-15byt                         | secret          | a secret of at least 16 bytes  | a value of 15 characters (not shown)
                    secret: '${SHORT_SECRET}'                       | secret          | a secret of at least 16 bytes  | ${SHORT_SECRET}, whose value is not shown
                    secret: 'hush${SHORT_SECRET}'                   | secret          | a secret of at least 16 bytes  | a value with a variable (not shown)
                    secret: [0123456789abcdef, hush]                | secret[1]       | a secret of at least 16 bytes  | a value of 4 characters (not shown)
                    secret: [0123456789abcdef, 0123456789abcdef]    | secret[1]       | another secret                 | the same again
                    secret: []                                      | secret          | a secret, or a list of two     | a list of 0
                    secret: [0123456789abcdef, 1123456789abcdef, 2123456789abcdef] | secret | a secret, or a list of two | a list of 3
                    on_partition: shut                              | on_partition    | one of share, open, closed     | shut
                    gossip_interval: 0s                             | gossip_interval | from 1000000ns to              | 0s
                    gossip_interval: 2s                             | gossip_interval | to 1000000000ns                | 2s
                    suspect_after: 1ms                              | suspect_after   | from 100000000ns               | 1ms
                    suspect_after: 499ms, gossip_interval: 100ms    | suspect_after   | suspect_after >= 5 * gossip_interval | suspect_after=499000000ns < 5 * gossip_interval=500000000ns
                    closed_after: 2d                                | closed_after    | a duration like                | 2d
                    dead_after: 0s                                  | dead_after      | from 1000000000ns              | 0s
                    dead_after: 2s, suspect_after: 3s               | dead_after      | dead_after >= suspect_after, or off | dead_after=2000000000ns < suspect_after=3000000000ns
                    join_timeout: 11m                               | join_timeout    | a duration like                | 11m
                    peer: [127.0.0.1:1]                             | peer            | one of name, node, bind        | did you mean 'peers'?
                    """)
    void shouldNameWhatIsWrong(final String inside, final String key, final String expected, final String found) {
        final YamlReader reader = reader();
        EdgeConfig.of(reader.parse("edge.yaml", Path.of("/etc"), bytes(REST + "cluster: {" + inside + "}\n")));
        final List<Problem> problems = reader.problems().list();

        assertThat(problems).hasSize(1);
        assertThat(problems.get(0).line()).isEqualTo(3);
        assertThat(problems.get(0).key()).isEqualTo("cluster." + key);
        assertThat(problems.get(0).expected()).contains(expected);
        assertThat(problems.get(0).found()).contains(found).doesNotContain("hush");
    }

    private static ClusterConfig read(final String cluster) {
        final YamlReader reader = reader();
        final EdgeConfig config = EdgeConfig.of(reader.parse("edge.yaml", Path.of("/etc"), bytes(REST + cluster)));
        reader.problems().throwIfAny();
        return config.cluster();
    }

    private static YamlReader reader() {
        return new YamlReader(Map.of(
                "NEW_SECRET", "hush-hush-new-one", "OLD_SECRET", "hush-hush-old-one", "SHORT_SECRET", "hush")::get);
    }

    private static byte[] bytes(final String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
