package openclaw.edge.ledger.generate;

import openclaw.edge.catalog.BillingCycle;

/**
 * What to make.
 *
 * @param records usage records in all journals together, 1 to 10,000,000,000
 * @param tenants 1 to 100,000; the n-th is asked for 1/n as often as the first
 * @param agents of each tenant, 1 to 10,000, chosen likewise; at most 10,000,000 of all tenants
 * @param seed any; another seed gives other records
 * @param cycle in which every request is admitted
 */
public record GenerateConfig(long records, int tenants, int agents, long seed, BillingCycle cycle) {
    /** Most records. */
    public static final long MAX_RECORDS = 10_000_000_000L;

    /** Most tenants. */
    public static final int MAX_TENANTS = 100_000;

    /** Most agents of a tenant. */
    public static final int MAX_AGENTS = 10_000;

    /** Most agents of all tenants. */
    public static final int MAX_ALL_AGENTS = 10_000_000;

    /** Nodes whose journals are made. */
    public static final int NODES = 4;

    /** Checks the ranges. */
    public GenerateConfig {
        check("records", records, MAX_RECORDS);
        check("tenants", tenants, MAX_TENANTS);
        check("agents", agents, MAX_AGENTS);
        check("tenants x agents", (long) tenants * agents, MAX_ALL_AGENTS);
    }

    private static void check(final String what, final long value, final long most) {
        if (value < 1 || value > most) {
            throw new IllegalArgumentException(what + "=" + value + ": expected 1 to " + most);
        }
    }

    /**
     * Name of a node.
     *
     * @param node 0 to {@link #NODES} - 1
     * @return {@code edge-a} and so on
     */
    public static String nodeName(final int node) {
        return "edge-" + (char) ('a' + node);
    }

    /**
     * Id of a tenant.
     *
     * @param tenant 0 to tenants - 1
     * @return {@code tenant-00001} and so on
     */
    public static String tenantId(final int tenant) {
        return String.format("tenant-%05d", tenant + 1);
    }

    /**
     * Name of a tenant's agent.
     *
     * @param agent 0 to agents - 1
     * @return {@code agent-1} and so on
     */
    public static String agentName(final int agent) {
        return "agent-" + (agent + 1);
    }

    /**
     * Records of a node's journal: all get the same, the first ones what is left over.
     *
     * @param node 0 to {@link #NODES} - 1
     * @return 0 or more
     */
    long recordsOf(final int node) {
        return records / NODES + (node < records % NODES ? 1 : 0);
    }
}
