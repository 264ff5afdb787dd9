package openclaw.edge.proxy.config;

import java.util.Locale;
import java.util.Objects;
import java.util.function.Function;
import openclaw.edge.yaml.Problem;
import openclaw.edge.yaml.Problems;

/** The keys of edge.yaml that only a restart brings into force: each says where something is that a running node holds. */
public final class RestartOnly {
    private final EdgeConfig running;
    private final EdgeConfig next;
    private final Problems problems;

    private RestartOnly(final EdgeConfig running, final EdgeConfig next, final Problems problems) {
        this.running = running;
        this.next = next;
        this.problems = problems;
    }

    /** Adds a problem, with file, line and name, for each such key that {@code next} has otherwise than {@code running}. */
    public static void check(final EdgeConfig running, final EdgeConfig next, final Problems problems) {
        final RestartOnly check = new RestartOnly(running, next, problems);
        check.listeners();
        check.same("event_loops", EdgeConfig::eventLoopsAsWritten);
        if (!running.data().equals(next.data())) {
            // A file that is checked in another place than where it will stand means the same as its predecessor.
            check.same("data", EdgeConfig::dataAsWritten);
        }
        check.same(
                "journal.durability",
                config -> config.journal().durability().name().toLowerCase(Locale.ROOT));
        check.same("cluster.name", config -> config.cluster().name());
        check.same("cluster.node", config -> config.cluster().node());
        // The tables of a lone node are not made to be shared, and a node that was counted by others cannot forget
        // them.
        check.same("cluster.peers", config -> config.cluster().isLone() ? "none" : "peers");
        check.same("cluster.bind", config -> config.cluster().bind());
        check.same("admin.listen", config -> config.admin().listen());
    }

    private void listeners() {
        final int count = running.listen().size();
        same(
                "listen",
                config -> config.listen().stream().map(ListenConfig::address).toList());
        for (int i = 0; i < count && count == next.listen().size(); i++) {
            final int at = i;
            same(
                    "listen[" + i + "].proxy_protocol",
                    config -> config.listen().get(at).proxyProtocol());
            same("listen[" + i + "].http2", config -> config.listen().get(at).http2());
            same(
                    "listen[" + i + "].tls",
                    config -> config.listen().get(at).isSecure() ? "certificates" : "no certificates");
        }
    }

    private void same(final String key, final Function<EdgeConfig, Object> value) {
        final Object was = value.apply(running);
        final Object is = value.apply(next);
        if (!Objects.equals(was, is)) {
            problems.add(new Problem(
                    next.fileName(),
                    next.lineOf(key),
                    key,
                    was + " as before, or a restart to change it",
                    is.toString()));
        }
    }
}
