package openclaw.edge.billing;

import static openclaw.edge.billing.Node.ns;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import openclaw.edge.billing.stripe.StripeApi;
import openclaw.edge.billing.stripe.StripeServer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code push}: from journals through a finalized store to Stripe. */
class PushCommandTest {
    private static final String PLAIN = """
            plans:
              pro: {subscription_fee: 49.00, monthly_quota: 5, overage_rate: 0.5, tax: {name: VAT, percent: 19}}
            tenants:
              - {id: acme, plan: pro}
              - {id: bolt, plan: pro}
            """;
    private static final String CATALOG =
            PLAIN.replace("{id: acme, plan: pro", "{id: acme, plan: pro, billing: {stripe: {customer: cus_acme}}")
                    + "billing: {stripe: {}}\n";
    private static final long OCTOBER = ns("2026-10-10T12:00:00Z");

    @TempDir
    Path dir;

    private Path catalog;
    private Path journal;

    @BeforeEach
    void writeJournal() throws IOException {
        catalog = dir.resolve("billing.yaml");
        try (Node node = new Node(dir.resolve("a"), "edge-a", 1, () -> OCTOBER)) {
            journal = node.journal();
            node.request(0, "acme", OCTOBER, 7);
        }
    }

    private void finish(String text) throws IOException {
        Files.writeString(catalog, text);
        Run run = Run.of(
                "finalize",
                "--catalog",
                catalog.toString(),
                "--cycle",
                "2026-10",
                "--journal",
                journal.toString(),
                "--issue-date",
                "2026-11-02",
                "--store",
                store(),
                "--out",
                dir.resolve("out").toString());
        assertThat(run.exitCode()).as(run.err()).isZero();
    }

    private String store() {
        return dir.resolve("billing.db").toString();
    }

    private Run push(StripeServer stripe, String... more) {
        return push(stripe.url().toString(), stripe.key(), more);
    }

    private Run push(String url, String key, String... more) {
        List<String> args = new ArrayList<>(List.of("--store", store(), "--catalog", catalog.toString(), "--api", url));
        args.addAll(List.of(more));
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int exitCode = new CommandLine(new PushCommand(Map.of(PushCommand.KEY, key)))
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(args.toArray(String[]::new));
        return new Run(exitCode, out.toString(), err.toString());
    }

    @Test
    void shouldSendWhatIsFinalizedAndNameWhatWaits() throws IOException {
        finish(CATALOG);
        try (StripeServer stripe = new StripeServer()) {
            Run first = push(stripe);
            assertThat(first.exitCode()).as(first.err()).isEqualTo(1);
            assertThat(first.out().lines())
                    .containsExactlyInAnyOrder(
                            "delivered INV-2026-000001  edge/acme/2026-10/0  in_000001",
                            "waiting   INV-2026-000002  edge/bolt/2026-10/0  the catalog has no billing.stripe.customer of"
                                    + " tenant bolt");
            assertThat(first.err()).contains("1 sent, 1 waiting, 0 refused or in doubt");
            // 49.00 + 2 x 0.50, and 19 % of that.
            assertThat(stripe.state())
                    .anyMatch(line -> line.startsWith("invoice cus_acme INV-2026-000001 usd open 5950 "));
            Files.writeString(
                    catalog,
                    CATALOG.replace(
                            "{id: bolt, plan: pro", "{id: bolt, plan: pro, billing: {stripe: {customer: cus_bolt}}"));
            Run second = push(stripe);
            assertThat(second.exitCode()).as(second.out() + second.err()).isZero();
            assertThat(second.out()).contains("delivered INV-2026-000002");
            Run list = Run.of("push", "--store", store(), "--list", "--json");
            assertThat(list.out().lines())
                    .hasSize(2)
                    .allMatch(
                            line -> line.contains("\"state\":\"delivered\"") && line.contains("\"target\":\"stripe\""));
            assertThat(first + " " + second + " " + list).doesNotContain(stripe.key());
        }
    }

    @Test
    void shouldSendACycleThatWasFinalizedBefore() throws IOException {
        finish(PLAIN);
        Files.writeString(catalog, CATALOG);
        try (StripeServer stripe = new StripeServer()) {
            assertThat(push(stripe).err()).contains("0 sent, 0 waiting");
            assertThat(push(stripe, "--cycle", "2026-10").err()).contains("1 sent, 1 waiting");
            assertThat(push(stripe, "--cycle", "2026-10").err()).contains("0 sent, 1 waiting");
            assertThat(push(stripe, "--again", "INV-2026-000001").err()).contains("neither refused nor in doubt");
        }
    }

    @Test
    void shouldAskForTheKeyAndSendItNowhereInTheClear() throws IOException {
        finish(CATALOG);
        String secret = "sk_live_" + "0".repeat(20);
        assertThat(push("http://127.0.0.1:1", "").err()).contains("STRIPE_API_KEY is not in the environment");
        assertThat(push("http://127.0.0.1:1", secret + "\n").err()).contains("blanks or line ends");
        Run clear = push("http://192.0.2.1", secret);
        assertThat(clear.exitCode()).isEqualTo(1);
        assertThat(clear.err()).contains("goes out by https:// alone").doesNotContain(secret);
    }

    @Test
    void shouldTellOfAKeyThatIsNoGoodOnce() throws IOException {
        finish(CATALOG.replace("billing: {stripe: {}}", "billing: {stripe: {customer: cus_all}}"));
        try (StripeServer stripe = new StripeServer()) {
            Run run = push(stripe.url().toString(), "sk_live_notThisOne");
            assertThat(run.exitCode()).isEqualTo(1);
            assertThat(run.out()).isEmpty();
            assertThat(run.err())
                    .contains("0 sent, 2 waiting", "Stripe does not take STRIPE_API_KEY (look for INV-2026-00000")
                    .containsOnlyOnce("401 Invalid API Key provided");
        }
    }

    @Test
    void shouldNameTheServerThatWasAsked() throws IOException {
        finish(CATALOG);
        String url;
        try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            url = "http://127.0.0.1:" + closed.getLocalPort();
        }
        StripeApi api = PushCommand.api(Map.of(PushCommand.KEY, "sk_test_1"), URI.create(url));
        assertThat(StripeServer.failure(api)).contains("no answer", url).doesNotContain("api.stripe.com");
    }

    @Test
    void shouldLeaveWhatAnotherPushHoldsToIt() throws IOException, SQLException {
        finish(CATALOG);
        try (StripeServer stripe = new StripeServer();
                Connection connection = DriverManager.getConnection("jdbc:sqlite:" + store());
                Statement statement = connection.createStatement()) {
            statement.executeUpdate("UPDATE outbox SET lease_owner = 'elsewhere/1/1', lease_until_ms = "
                    + (System.currentTimeMillis() + 3_600_000L));
            Run run = push(stripe);
            assertThat(run.exitCode()).as(run.err()).isZero();
            assertThat(run.err()).contains("0 sent, 0 waiting, 0 refused or in doubt, 2 held by another push");
            assertThat(run.out().lines()).hasSize(2).allMatch(line -> line.contains("held by elsewhere/1/1"));
        }
    }
}
