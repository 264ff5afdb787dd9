package openclaw.edge.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import openclaw.edge.proxy.config.Address;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

final class CommandsTest {
    private static final String EDGE_YAML = """
            upstream: {servers: [http://127.0.0.1:9000]}
            catalog: [billing.yaml]
            """;
    private static final String CATALOG = """
            plans:
              pro:
                subscription_fee: 49.00
                monthly_quota: 1_000
                overage_rate: 0.02
            tenants:
              - id: acme
                plan: pro
                api_keys: ["sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"]
            """;

    @TempDir
    private Path directory;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void shouldPrintANewKeyWithItsHash() {
        assertThat(execute("key", "new")).isZero();

        String[] lines = out.toString().split("\n");
        assertThat(lines).hasSize(2);
        assertThat(lines[0]).matches("ock_[A-Za-z0-9_-]{43}");
        assertThat(lines[1]).isEqualTo(ApiKey.hash(lines[0])).matches("sha256:[0-9a-f]{64}");
    }

    @Test
    void shouldNeverMakeTheSameKeyTwice() {
        assertThat(ApiKey.random()).isNotEqualTo(ApiKey.random());
    }

    @Test
    void shouldHashAGivenKey() {
        assertThat(execute("key", "hash", "abc")).isZero();
        assertThat(out).hasToString("sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\n");
    }

    @Test
    void shouldTakeUnusableCallsAsUsageErrors() {
        assertThat(execute()).isEqualTo(2);
        assertThat(execute("fly")).isEqualTo(2);
        assertThat(execute("key")).isEqualTo(2);
        assertThat(execute("key", "hash", "a b")).isEqualTo(2);
        assertThat(execute("run")).isEqualTo(2);
        assertThat(execute("check", "--config")).isEqualTo(2);
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void shouldSayThatAConfigurationIsGood() throws IOException {
        Path file = write("edge.yaml", EDGE_YAML);
        write("billing.yaml", CATALOG);

        assertThat(execute("check", "-c", file.toString())).isZero();
        assertThat(out).hasToString("configuration '" + file + "' OK\n");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void shouldNameProblemsOfEveryFileAtOnce() throws IOException {
        Path file = write("edge.yaml", EDGE_YAML + "event_loop: 1\n");
        Path catalog = write("billing.yaml", CATALOG.replace("plan: pro", "plan: prof"));

        assertThat(execute("check", "-c", file.toString())).isEqualTo(1);
        assertThat(out.toString()).isEmpty();
        assertThat(err.toString()).contains(file + ":3: event_loop: expected one of ", "(did you mean 'event_loops'?)");
        assertThat(err.toString()).contains(catalog + ":8: ", "'prof'");
    }

    @Test
    void shouldTryWhetherDataCanBeMadeAndLeaveNothingBehind() throws IOException {
        write("billing.yaml", CATALOG);
        Path file = write("edge.yaml", EDGE_YAML + "data: a/b/c\n");
        assertThat(execute("check", "-c", file.toString())).as(err.toString()).isZero();
        try (Stream<Path> left = Files.list(directory)) {
            assertThat(left).containsExactlyInAnyOrder(file, directory.resolve("billing.yaml"));
        }

        Files.createDirectories(directory.resolve("a/b/c/lanes"));
        assertThat(execute("check", "-c", file.toString())).as(err.toString()).isZero();
        assertThat(directory.resolve("a/b/c")).isDirectoryNotContaining("glob:**/.edge-check*");
    }

    @Test
    void shouldRefuseDataThatCannotBeMade() throws IOException {
        write("billing.yaml", CATALOG);
        Path taken = write("taken", "a file");
        Path dangling = Files.createSymbolicLink(directory.resolve("dangling"), directory.resolve("nowhere"));
        for (Path data : List.of(
                Path.of("/proc/nope"), taken, taken.resolve("a/b"), dangling, directory.resolve("x".repeat(300)))) {
            err.getBuffer().setLength(0);
            Path file = write("edge.yaml", EDGE_YAML + "data: " + data + "\n");
            assertThat(execute("check", "-c", file.toString())).isEqualTo(1);
            assertThat(err.toString())
                    .startsWith(file + ":3: data: expected a directory that this user can make and write to, found /")
                    .doesNotContain("Exception");
        }
        try (Stream<Path> left = Files.list(directory)) {
            assertThat(left).hasSize(4);
        }
    }

    @Test
    void shouldWantTheDefaultTenantInTheCatalog() throws IOException {
        Path file = write("edge.yaml", EDGE_YAML + "identity: {default_tenant: nobody}\n");
        write("billing.yaml", CATALOG);

        assertThat(execute("check", "-c", file.toString())).isEqualTo(1);
        assertThat(err.toString()).contains("identity.default_tenant", "\"nobody\"");
    }

    @Test
    void shouldRefuseAnEditedPast() throws IOException {
        Path file = write("edge.yaml", EDGE_YAML);
        Path old = write("old.yaml", CATALOG);
        write("billing.yaml", CATALOG.replace("0.02", "0.03"));

        assertThat(execute("check", "-c", file.toString(), "--against", old.toString()))
                .isEqualTo(1);
        assertThat(err.toString()).contains("tenants.acme.overage_rate: expected 0.02 as before", "found 0.03");
    }

    @Test
    void shouldRefuseARemovedTenantAgainstAnEarlierNode() throws IOException {
        Path old = write("old-edge.yaml", EDGE_YAML.replace("billing", "old"));
        write("old.yaml", CATALOG.replace("acme", "globex"));
        Path file = write("edge.yaml", EDGE_YAML);
        write("billing.yaml", CATALOG);

        assertThat(execute("check", "-c", file.toString(), "--against", old.toString()))
                .isEqualTo(1);
        assertThat(err.toString()).contains("tenants.globex: expected the tenant to stay", "found nothing");
    }

    @Test
    void shouldNameWhatAReloadOfAnEarlierNodeWouldRefuse() throws IOException {
        Path old = write("old-edge.yaml", EDGE_YAML + "cluster: {node: edge-a}\n");
        Path file = write("edge.yaml", EDGE_YAML + "via: false\nevent_loops: 7\ncluster: {node: edge-b}\n");
        write("billing.yaml", CATALOG);

        int exitCode = execute("check", "-c", file.toString(), "--against", old.toString());

        assertThat(err.toString()).isEqualTo("""
                a reload refuses this configuration; restart the node to bring it into force:
                %1$s:%2$d: event_loops: expected 0 as before, or a restart to change it, found 7
                %1$s:%3$d: cluster.node: expected edge-a as before, or a restart to change it, found edge-b
                """.formatted(
                        file, EDGE_YAML.lines().count() + 2, EDGE_YAML.lines().count() + 3));
        assertThat(exitCode).isZero();
        assertThat(out).hasToString("configuration '" + file + "' OK\n");
    }

    @Test
    void shouldNameEveryKeyThatOnlyARestartChanges() throws IOException {
        Path old = write("old-edge.yaml", EDGE_YAML);
        Path file = write("edge.yaml", EDGE_YAML + """
                listen: {address: "127.0.0.1:8081", proxy_protocol: true, http2: false}
                event_loops: 7
                data: elsewhere
                journal: {durability: power}
                cluster: {name: other, node: edge-b, bind: "127.0.0.1:7948", peers: ["127.0.0.1:7949"]}
                admin: {listen: "127.0.0.1:9902"}
                """);
        write("billing.yaml", CATALOG);

        int exitCode = execute("check", "-c", file.toString(), "--against", old.toString());

        long first = EDGE_YAML.lines().count() + 1;
        assertThat(err.toString().lines().skip(1).map(line -> line.replaceFirst(": expected .*", "")))
                .containsExactly(
                        file + ":" + first + ": listen",
                        file + ":" + first + ": listen[0].proxy_protocol",
                        file + ":" + first + ": listen[0].http2",
                        file + ":" + (first + 1) + ": event_loops",
                        file + ":" + (first + 2) + ": data",
                        file + ":" + (first + 3) + ": journal.durability",
                        file + ":" + (first + 4) + ": cluster.name",
                        file + ":" + (first + 4) + ": cluster.node",
                        file + ":" + (first + 4) + ": cluster.peers",
                        file + ":" + (first + 4) + ": cluster.bind",
                        file + ":" + (first + 5) + ": admin.listen");
        assertThat(exitCode).isZero();
    }

    @Test
    void shouldNameTheKeysThatOnlyARestartTakesAway() throws IOException {
        Path old = write("old-edge.yaml", EDGE_YAML + """
                journal: {durability: power}
                cluster: {peers: ["127.0.0.1:7949"]}
                """);
        Path file = write("edge.yaml", EDGE_YAML);
        write("billing.yaml", CATALOG);

        int exitCode = execute("check", "-c", file.toString(), "--against", old.toString());

        assertThat(err.toString())
                .contains("journal.durability: expected power as before")
                .contains("cluster.peers: expected peers as before");
        assertThat(exitCode).isZero();
    }

    @Test
    void shouldAllowAChangeThatIsToCome() throws IOException {
        Path file = write("edge.yaml", EDGE_YAML);
        Path old = write("old.yaml", CATALOG);
        write(
                "billing.yaml",
                CATALOG.replace(
                        "overage_rate: 0.02",
                        "overage_rate: [{overage_rate: 0.02}, {overage_rate: 0.03, from: 2199-12-01}]"));

        int exitCode = execute("check", "-c", file.toString(), "--against", old.toString());

        assertThat(err.toString()).isEmpty();
        assertThat(exitCode).isZero();
    }

    @Test
    void shouldRefuseEditedItemsAndPricesOfThePastAndTakeNewItems() throws IOException {
        Path file = write("edge.yaml", EDGE_YAML);
        String items = "items:\n  - {id: i1, tenant: acme, date: 2026-01-05, amount: 5, description: Setup}\n";
        Path old = write("old.yaml", CATALOG + items);
        write("billing.yaml", CATALOG + items + items.replace("items:\n", "").replace("i1", "i2"));
        assertThat(execute("check", "-c", file.toString(), "--against", old.toString()))
                .as(err.toString())
                .isZero();

        String taxed = CATALOG.replace("overage_rate: 0.02", "overage_rate: 0.02\n    tax: {name: VAT, percent: 19}");
        write("billing.yaml", taxed + items.replace("amount: 5", "amount: 6"));
        assertThat(execute("check", "-c", file.toString(), "--against", old.toString()))
                .isEqualTo(1);
        assertThat(err.toString())
                .contains(
                        "items.i1: expected charge of 5 to acme at 2026-01-05T00:00:00Z: Setup as before",
                        "found charge of 6 to acme",
                        "tenants.acme.tax: expected what was there before (always)");
    }

    @Test
    void shouldSayWhyANodeCannotStart() throws IOException {
        Path file = write("edge.yaml", EDGE_YAML);

        assertThat(execute("run", "-c", file.toString())).isEqualTo(1);
        assertThat(err).hasToString("listen=127.0.0.1:8080 is taken\n");
    }

    @Test
    void shouldWantDirectMemoryForTheBuffers() throws IOException {
        Path file = write("edge.yaml", EDGE_YAML + "limits: {buffers: 512GiB}\n");

        assertThat(execute("run", "-c", file.toString())).isEqualTo(1);
        assertThat(err.toString())
                .contains("limits.buffers=549755813888B needs 549822922752B of direct memory", "EDGE_JAVA_OPTS");
    }

    @Test
    void shouldTryOtherPortsWhenTheDemosAreTakenMeanwhile() {
        Signals signals = new Signals();
        signals.terminate();
        List<Address> tried = new ArrayList<>();
        AtomicInteger drained = new AtomicInteger();
        CommandLine commands = EdgeMain.commands(signals, (config, isGivenUp) -> {
            tried.add(config.listen().get(0).address());
            if (tried.size() == 1) {
                throw new StartException("taken");
            }
            return drained::incrementAndGet;
        });

        int exitCode = commands.setOut(new PrintWriter(out)).execute("demo");

        assertThat(exitCode).isZero();
        assertThat(tried).hasSize(2).doesNotHaveDuplicates();
        assertThat(drained).hasValue(1);
        assertThat(out.toString())
                .contains("http://" + tried.get(1) + "/v1/rate")
                .doesNotContain("http://" + tried.get(0));
    }

    private int execute(String... arguments) {
        CommandLine commands = EdgeMain.commands(new Signals(), (config, isGivenUp) -> {
            throw new StartException("listen=" + config.listen().get(0).address() + " is taken");
        });
        commands.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
        return commands.execute(arguments);
    }

    private Path write(String name, String text) throws IOException {
        return Files.writeString(directory.resolve(name), text);
    }
}
