package openclaw.edge.bench.sums;

/**
 * What a tenant is billed for.
 *
 * @param requests billed
 * @param tokens charged, those of interim records too
 */
record TenantSum(long requests, long tokens) {
    static final TenantSum NONE = new TenantSum(0, 0);

    @Override
    public String toString() {
        return requests + " requests, " + tokens + " tokens";
    }
}
