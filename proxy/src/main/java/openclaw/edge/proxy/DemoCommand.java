package openclaw.edge.proxy;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.time.YearMonth;
import java.util.concurrent.Callable;
import openclaw.edge.proxy.config.EdgeConfig;
import openclaw.edge.proxy.demo.DemoSite;
import openclaw.edge.proxy.demo.RatingStub;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code edge demo}: everything on this machine, until TERM. */
@Command(
        name = "demo",
        description =
                "Runs a stand-in Rating API with the proxy before it, and prints lines to try. Needs no configuration.")
final class DemoCommand implements Callable<Integer> {
    private static final Logger LOG = LoggerFactory.getLogger(DemoCommand.class);
    private static final int RATING_PORT = 9000;

    private final Signals signals;
    private final NodeStarter starter;

    @Spec
    private CommandSpec spec;

    DemoCommand(Signals signals, NodeStarter starter) {
        this.signals = signals;
        this.starter = starter;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        try (RatingStub rating = startRating()) {
            try {
                serve(rating, true);
            } catch (StartException e) {
                // Someone took a port between the look and the start; a second look finds others.
                LOG.warn("{}; other ports are tried", e.getMessage());
                serve(rating, false);
            }
        }
        return CommandLine.ExitCode.OK;
    }

    private void serve(RatingStub rating, boolean usualPorts) throws IOException, InterruptedException {
        String teamKey = ApiKey.random();
        String trialKey = ApiKey.random();
        try (DemoSite site = DemoSite.create(usualPorts, rating.port(), ApiKey.hash(teamKey), ApiKey.hash(trialKey))) {
            EdgeConfig config = EdgeConfig.read(site.edgeYaml());
            StderrLogging.configure(config.log());
            NodeStarter.RunningNode node = starter.start(config, () -> false);
            try {
                PrintWriter out = spec.commandLine().getOut();
                out.print(banner(site, rating.port(), teamKey, trialKey));
                out.flush();
                signals.onHangUp(node::reload);
                signals.awaitTermination();
            } finally {
                node.drainAndClose();
            }
        }
    }

    private static RatingStub startRating() throws IOException {
        try {
            return RatingStub.start(DemoSite.loopback(RATING_PORT));
        } catch (IOException taken) {
            try {
                return RatingStub.start(DemoSite.loopback(0));
            } catch (IOException e) {
                e.addSuppressed(taken);
                throw e;
            }
        }
    }

    static String banner(DemoSite site, int ratingPort, String teamKey, String trialKey) {
        String proxy = "http://127.0.0.1:" + site.proxyPort();
        String admin = "http://127.0.0.1:" + site.adminPort();
        String edge = System.getenv().getOrDefault("EDGE_COMMAND", "./edge");
        return """
                OpenClaw Edge demo: everything runs on this machine until ^C.

                  proxy        %1$s
                  admin        %2$s  (/health/ready, /metrics)
                  Rating API   http://127.0.0.1:%3$d  (a stand-in with made-up scores)
                  files        %4$s  (removed at the end)

                  tenant acme    60 requests a minute   key %5$s
                  tenant globex   5 requests a minute   key %6$s

                Lines to try, each as it stands:

                A score for a domain, with what is left of acme's limits in the RateLimit fields:
                curl -sSi -H 'Authorization: Bearer %5$s' '%1$s/v1/rate?subject=example.com'

                A score for an e-mail address, asked for by one of acme's agents:
                curl -sSi -H 'x-api-key: %5$s' -H 'X-Agent-Id: agent-7' -H 'Content-Type: application/json' -d '{"subject":"jane@example.com"}' %1$s/v1/rate

                Twelve at once for globex, which may have five: the rest gets 429 and is told when to come back.
                curl -sSi -H 'Authorization: Bearer %6$s' '%1$s/v1/rate?subject=host[1-12].example.com'

                What acme has used, from the admin listener:
                curl -sSi '%2$s%7$s'

                The invoice of this month so far, computed from the journal:
                %8$s invoice --catalog %9$s --journal %10$s --cycle %11$s --out %12$s

                """.formatted(
                        proxy,
                        admin,
                        ratingPort,
                        site.directory(),
                        teamKey,
                        trialKey,
                        "/v1/tenants/acme/usage",
                        edge,
                        quoted(site.catalog()),
                        quoted(site.journal()),
                        YearMonth.now(Clock.systemUTC()),
                        quoted(site.directory().resolve("invoices")));
    }

    /** For a shell. */
    private static String quoted(Path path) {
        String text = path.toString();
        return text.matches("[A-Za-z0-9/._-]+") ? text : "'" + text.replace("'", "'\\''") + "'";
    }
}
