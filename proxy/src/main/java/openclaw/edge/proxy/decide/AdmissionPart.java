package openclaw.edge.proxy.decide;

import java.nio.charset.StandardCharsets;
import java.util.List;
import openclaw.edge.catalog.BillMode;
import openclaw.edge.catalog.CostRules;
import openclaw.edge.catalog.CyclePart;
import openclaw.edge.crdt.QuotaRow;
import openclaw.edge.sync.RequestLimits;

/**
 * What holds for a tenant during one part of a billing cycle, ready for decisions: limits with their buckets, the cycle's
 * quota row, costs, and the value of RateLimit-Policy. Immutable.
 */
public final class AdmissionPart {
    /** Name under which the quota of the cycle stands among the policies. */
    public static final String QUOTA_POLICY = "monthly_quota";

    private static final long MAX_SF_INTEGER = 999_999_999_999_999L;
    private static final long NS_PER_SECOND = 1_000_000_000L;

    private final CyclePart terms;
    private final GuardingLimit[] limits;
    private final QuotaRow quota;
    private final RequestLimits guards;
    private final byte[] policy;
    private final byte[] quotaName = QUOTA_POLICY.getBytes(StandardCharsets.US_ASCII);

    /**
     * @param terms of the catalog
     * @param limits in the order of debit: at most {@link openclaw.edge.crdt.LimitSet#MAX_ENTRIES} - 1
     * @param quota the row in which the cycle's tokens are counted, whether there is a quota or not
     */
    public AdmissionPart(final CyclePart terms, final List<GuardingLimit> limits, final QuotaRow quota) {
        this.terms = terms;
        this.limits = limits.toArray(new GuardingLimit[0]);
        this.quota = quota;
        this.guards = guards(limits, quota);
        this.policy = policy(this.limits, terms).getBytes(StandardCharsets.US_ASCII);
    }

    private static RequestLimits guards(final List<GuardingLimit> limits, final QuotaRow quota) {
        final RequestLimits.Builder guards = RequestLimits.builder();
        for (final GuardingLimit limit : limits) {
            if (limit.agents() == null) {
                guards.bucket(limit.bucket());
            } else {
                guards.agents(limit.agents());
            }
        }
        return guards.build(quota);
    }

    /** First instant, nanoseconds since the epoch. */
    public long fromNs() {
        return terms.fromNs();
    }

    /** First instant after it. */
    public long toNs() {
        return terms.toNs();
    }

    /** Where in which cycle this is, and what the plan says. */
    public CyclePart terms() {
        return terms;
    }

    /** Number of limits, the quota not among them. */
    public int limitCount() {
        return limits.length;
    }

    /** A limit by its place in the order of debit. */
    public GuardingLimit limit(final int index) {
        return limits[index];
    }

    /** What is asked: the limits in the order of debit, then the quota. */
    RequestLimits guards() {
        return guards;
    }

    /** The row of the cycle's quota. */
    public QuotaRow quota() {
        return quota;
    }

    /** Whether the quota refuses, and so is among the policies that clients are told. */
    public boolean isQuotaPolicy() {
        return quota.isDenying();
    }

    CostRules costs() {
        return terms.terms().costs();
    }

    /** Which admitted requests are charged. */
    public BillMode bill() {
        return terms.terms().bill();
    }

    /** Whether everything that was admitted is charged, whatever became of it. */
    public boolean isBilledAlways() {
        return bill() == BillMode.ADMITTED;
    }

    /** Name of the policy at a place of the limit set: a limit's, or after them the quota's; not to be written to. */
    public byte[] policyName(final int index) {
        return index < limits.length ? limits[index].nameBytes() : quotaName;
    }

    /** Value of RateLimit-Policy; empty when there is none. Not to be written to. */
    byte[] policyField() {
        return policy;
    }

    /**
     * RateLimit-Policy (draft-ietf-httpapi-ratelimit-headers, section 3): {@code q} tokens per window of {@code w} seconds. A
     * bucket's window is the time of its full refill, so that q / w is its pace and its remaining tokens never exceed q.
     */
    private static String policy(final GuardingLimit[] limits, final CyclePart terms) {
        final StringBuilder text = new StringBuilder();
        for (final GuardingLimit limit : limits) {
            append(text, limit.name(), limit.capacityTokens(), limit.fullRefillNs());
        }
        if (terms.deniesOverage()) {
            append(text, QUOTA_POLICY, terms.cycleQuota(), terms.cycle().lengthNs());
        }
        return text.toString();
    }

    private static void append(final StringBuilder text, final String name, final long tokens, final long windowNs) {
        text.append(text.length() == 0 ? "" : ", ")
                .append('"')
                .append(name)
                .append("\";q=")
                .append(Math.min(MAX_SF_INTEGER, tokens))
                .append(";w=")
                .append(Math.max(1, (windowNs + NS_PER_SECOND - 1) / NS_PER_SECOND));
    }
}
