package openclaw.edge.load.gatling;

import java.util.List;
import openclaw.edge.load.harness.Metrics;

/**
 * What nodes say of themselves in {@code /metrics}.
 *
 * @param malformed requests that broke the rules of HTTP
 * @param refused requests that were legal and not admitted
 * @param admitted requests
 * @param recorded admitted requests that have ended
 * @param tokensUsed that they were charged
 * @param consumedNet tokens of all tenants' cycles, of all nodes as one of them knows it, less what was given back
 */
record NodeBooks(long malformed, long refused, long admitted, long recorded, long tokensUsed, long consumedNet) {
    private static final String OF_CYCLES = "limit=\"monthly_quota\"";

    /** Those of one scrape of each node of a cluster, or of the one node. */
    static NodeBooks of(final List<Metrics> nodes) {
        // What was consumed is known to all alike; of the rest each node counts its own.
        final Metrics any = nodes.get(0);
        return new NodeBooks(
                nodes.stream().mapToLong(Metrics::malformed).sum(),
                nodes.stream().mapToLong(Metrics::refused).sum(),
                nodes.stream().mapToLong(Metrics::admitted).sum(),
                sum(nodes, "openclaw_requests_recorded_total"),
                sum(nodes, "openclaw_tokens_used_total"),
                any.sum("token_bucket_consumed_total", OF_CYCLES) - any.sum("token_bucket_refunded_total", OF_CYCLES));
    }

    private static long sum(final List<Metrics> nodes, final String name) {
        return nodes.stream().mapToLong(metrics -> metrics.sum(name, "")).sum();
    }

    /** The same, with another figure of what was consumed. */
    NodeBooks withConsumedNet(final long consumed) {
        return new NodeBooks(malformed, refused, admitted, recorded, tokensUsed, consumed);
    }

    /** What came in since an earlier look at the same nodes. */
    NodeBooks since(final NodeBooks before) {
        return new NodeBooks(
                malformed - before.malformed,
                refused - before.refused,
                admitted - before.admitted,
                recorded - before.recorded,
                tokensUsed - before.tokensUsed,
                consumedNet - before.consumedNet);
    }
}
