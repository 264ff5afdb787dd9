package openclaw.edge.catalog;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/** A tenant with its keys, and its terms over time. */
public final class Tenant {
    private final String id;
    private final List<String> apiKeyHashes;
    private final List<PlanSlice> slices;
    private final BillingTerms billing;
    private final List<Item> items;
    private final Party customer;

    Tenant(
            String id,
            List<String> apiKeyHashes,
            List<PlanSlice> slices,
            BillingTerms billing,
            List<Item> items,
            Party customer) {
        this.id = id;
        this.apiKeyHashes = List.copyOf(apiKeyHashes);
        this.slices = List.copyOf(slices);
        this.billing = billing;
        this.items = List.copyOf(items);
        this.customer = customer;
    }

    /** 1 to 64 bytes of visible ASCII, fit for a file's name. */
    public String id() {
        return id;
    }

    /** SHA-256 of each API key as 64 lower-case hexadecimal digits. */
    public List<String> apiKeyHashes() {
        return apiKeyHashes;
    }

    /** How the tenant is invoiced. */
    public BillingTerms billing() {
        return billing;
    }

    /** Who is invoiced; {@link Party#UNKNOWN} when the catalog does not say. */
    public Party customer() {
        return customer;
    }

    /** The terms from always to ever, without gaps, in order of time. */
    public List<PlanSlice> slices() {
        return slices;
    }

    /** One-off charges, disputes and credits, in order of time. */
    public List<Item> items() {
        return items;
    }

    /** Those of one cycle. */
    public List<Item> items(BillingCycle cycle) {
        return items.stream().filter(item -> cycle.contains(item.atNs())).toList();
    }

    /**
     * What an admission instant means for this tenant: the one function behind admission, refund and invoice. It builds
     * objects; on a hot path keep its answer until {@link CyclePart#toNs()}.
     */
    public CyclePart partAt(long instantNs) {
        for (CyclePart part : parts(billing.calendar().cycleAt(instantNs))) {
            if (instantNs < part.toNs()) {
                return part;
            }
        }
        throw new IllegalStateException("tenant " + id + " has no terms at " + instantNs);
    }

    /** The parts of a cycle in order of time; together they cover it. */
    public List<CyclePart> parts(BillingCycle cycle) {
        long quota = quota(cycle);
        List<CyclePart> parts = new ArrayList<>();
        for (PlanSlice slice : slices) {
            long from = Math.max(slice.fromNs(), cycle.startNs());
            long to = Math.min(slice.toNs(), cycle.endNs());
            if (from < to) {
                parts.add(new CyclePart(cycle, parts.size(), from, to, slice.terms(), quota));
            }
        }
        return parts;
    }

    private long quota(BillingCycle cycle) {
        BigInteger weighted = BigInteger.ZERO;
        boolean any = false;
        for (PlanSlice slice : slices) {
            long lengthNs = Math.min(slice.toNs(), cycle.endNs()) - Math.max(slice.fromNs(), cycle.startNs());
            if (overlaps(slice, cycle) && slice.terms().quota().isSet()) {
                any = true;
                weighted = weighted.add(
                        BigInteger.valueOf(slice.terms().quota().monthly()).multiply(BigInteger.valueOf(lengthNs)));
            }
        }
        return any ? weighted.divide(BigInteger.valueOf(cycle.lengthNs())).longValueExact() : Quota.NONE;
    }

    private static boolean overlaps(PlanSlice slice, BillingCycle cycle) {
        return slice.fromNs() < cycle.endNs() && slice.toNs() > cycle.startNs();
    }

    @Override
    public String toString() {
        return "tenant " + id;
    }
}
