package openclaw.edge.load.gatling;

import static io.gatling.javaapi.core.CoreDsl.constantUsersPerSec;
import static io.gatling.javaapi.core.CoreDsl.scenario;
import static io.gatling.javaapi.http.HttpDsl.http;

import java.util.List;
import openclaw.edge.load.harness.Await;
import openclaw.edge.load.harness.EdgeProcess;
import openclaw.edge.load.harness.Metrics;

/**
 * Configuration and catalog change while requests run: other prices and time-outs come into force, a broken catalog does not, and no
 * request notices any of it.
 *
 * <p>{@code -Drate=} (400) requests per second, {@code -Dseconds=} (15), {@code -Devery=} (500) ms between changes. With {@code -Dtarget=}
 * {@code -Dcommand=} is what changes and reloads there. Asserts that every request was answered 200, that each change came into force
 * or was refused as it should, and the books.
 */
public final class ReloadSimulation extends EdgeSimulation {
    private static final String RELOADS = "openclaw_edge_reloads_total{result=\"%s\"}";
    private static final int KINDS = 3;

    private Deeds deeds;

    /** Sets it up. */
    public ReloadSimulation() {
        super(OwnNode::make);
        run(
                warmUp(Knobs.rate(400)),
                scenario("while files change")
                        .exec(counted(
                                http("rate")
                                        .get(path("/v1/rate"))
                                        .header("x-api-key", target.keys().get(0)),
                                200))
                        .injectOpen(constantUsersPerSec(Knobs.rate(400)).during(Knobs.seconds(15))));
    }

    @Override
    public void before() {
        super.before();
        deeds = new Deeds(
                Knobs.number("every", 500, 10, 3_600_000),
                Integer.MAX_VALUE,
                target instanceof OwnNode own ? number -> change(own.node(), number) : Deeds.command("command"));
    }

    private static void change(final EdgeProcess node, final int number) {
        switch (number % KINDS) {
            case 0 ->
                node.reload(
                        node.files().catalog(),
                        text -> text.replaceFirst(
                                "overage_rate: \\S+", "overage_rate: 0.0000" + (number % 1_000 + 1_000)));
            case 1 ->
                node.reload(
                        node.files().edgeYaml(),
                        text -> text.replaceFirst("(?m)^timeouts:.*\n", "") + "timeouts: {keep_alive: "
                                + (60 + number % 1_000) + "s}\n");
            default -> refused(node);
        }
    }

    /** Breaks the catalog and mends it again. */
    private static void refused(final EdgeProcess node) {
        final long before = node.metrics().get(RELOADS.formatted("refused"));
        EdgeProcess.rewrite(node.files().catalog(), text -> text.replace("plans:", "palns:"));
        node.signal("HUP");
        Await.until("a broken catalog is refused", () -> node.metrics().get(RELOADS.formatted("refused")) > before);
        EdgeProcess.rewrite(node.files().catalog(), text -> text.replace("palns:", "plans:"));
        node.signal("HUP");
        Await.until("the mended catalog is taken", () -> node.metrics().get("openclaw_edge_reload_refused") == 0);
    }

    @Override
    List<Row> more() {
        deeds.close();
        if (!(target instanceof OwnNode own)) {
            return List.of(Row.atLeast("times that -Dcommand= was run", deeds.done(), 1));
        }
        final Metrics metrics = own.node().metrics();
        final int refused = deeds.done() / KINDS;
        return List.of(
                Row.atLeast("changes that were made", deeds.done(), KINDS),
                Row.same("reloads that came into force", metrics.get(RELOADS.formatted("ok")), deeds.done() - refused),
                Row.atLeast("reloads that were refused", metrics.get(RELOADS.formatted("refused")), refused));
    }
}
