package openclaw.edge.ledger.generate;

/**
 * What was made: records, and by tenant the requests and tokens that {@code bill: success} charges. Not thread-safe while it
 * is counted.
 */
public final class Totals {
    private final long[] requests;
    private final long[] tokens;
    private long records;
    private long finals;

    Totals(final int tenants) {
        requests = new long[tenants];
        tokens = new long[tenants];
    }

    void interim(final int tenant, final long charged) {
        records++;
        tokens[tenant] += charged;
    }

    void last(final int tenant, final boolean isBilled, final long charged) {
        records++;
        finals++;
        if (isBilled) {
            requests[tenant]++;
            tokens[tenant] += charged;
        }
    }

    void add(final Totals other) {
        records += other.records;
        finals += other.finals;
        for (int tenant = 0; tenant < requests.length; tenant++) {
            requests[tenant] += other.requests[tenant];
            tokens[tenant] += other.tokens[tenant];
        }
    }

    /**
     * Usage records, interim ones included.
     *
     * @return as many as were asked for
     */
    public long records() {
        return records;
    }

    /**
     * Final records, billed or not.
     *
     * @return not above {@link #records()}
     */
    public long finals() {
        return finals;
    }

    /**
     * Number of tenants.
     *
     * @return 1 or more
     */
    public int tenants() {
        return requests.length;
    }

    /**
     * Requests that a tenant is billed for.
     *
     * @param tenant 0 to {@link #tenants()} - 1
     * @return 0 or more
     */
    public long requests(final int tenant) {
        return requests[tenant];
    }

    /**
     * Tokens that a tenant is charged.
     *
     * @param tenant 0 to {@link #tenants()} - 1
     * @return 0 or more
     */
    public long tokens(final int tenant) {
        return tokens[tenant];
    }

    /**
     * As {@code expected.json}: {@code {"tenants":{"<id>":{"requests":n,"tokens":n}}}}, a line for each tenant.
     *
     * @return JSON
     */
    public String json() {
        final StringBuilder text = new StringBuilder("{\"tenants\":{");
        for (int tenant = 0; tenant < requests.length; tenant++) {
            text.append(tenant == 0 ? "\n" : ",\n")
                    .append('"')
                    .append(GenerateConfig.tenantId(tenant))
                    .append("\":{\"requests\":")
                    .append(requests[tenant])
                    .append(",\"tokens\":")
                    .append(tokens[tenant])
                    .append('}');
        }
        return text.append("\n}}\n").toString();
    }
}
