package openclaw.edge.rating;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import openclaw.edge.catalog.Price;
import openclaw.edge.catalog.Quota;

/**
 * Usage sums x terms -> priced lines; a pure function.
 *
 * <ul>
 *   <li>The cycle includes one quota (see {@link openclaw.edge.catalog.CyclePart#cycleQuota}). Usage draws on it in the
 *       order of the cycle's parts; what a part uses beyond it is billed at that part's own price. Without any quota
 *       nothing is included.
 *   <li>A subscription is owed for each part by its exact share of the cycle's time.
 *   <li>Packages are counted per line: every started 1,000 requests.
 *   <li>Neighbouring parts with the same plan and the same price make one line, so that a change elsewhere in the catalog
 *       neither rounds twice nor starts a package twice.
 * </ul>
 */
public final class Rating {
    /** Changes whenever the same input could give other lines. */
    public static final int VERSION = 1;

    private static final long PACKAGE_REQUESTS = 1_000;
    private static final int SHARE_DECIMALS = 12;

    private final List<PartUsage> usage;
    private final int minorDigits;
    private final long[] included;
    private final List<RatedLine> lines = new ArrayList<>();

    private Rating(List<PartUsage> usage, int minorDigits) {
        this.usage = usage;
        this.minorDigits = minorDigits;
        this.included = included(usage);
    }

    /**
     * The lines of one tenant's cycle.
     *
     * @param usage all parts of the cycle in their order
     * @param minorDigits decimals of the currency's minor unit
     * @return lines by kind, then time; none for what neither was used nor costs anything
     */
    public static List<RatedLine> rate(List<PartUsage> usage, int minorDigits) {
        Rating rating = new Rating(List.copyOf(usage), minorDigits);
        for (LineKind kind : LineKind.values()) {
            rating.addLines(kind);
        }
        return rating.lines;
    }

    /** The sum of the lines' amounts. */
    public static BigDecimal total(List<RatedLine> lines, int minorDigits) {
        BigDecimal total = BigDecimal.ZERO.setScale(minorDigits);
        for (RatedLine line : lines) {
            total = total.add(line.amount());
        }
        return total;
    }

    private static long[] included(List<PartUsage> usage) {
        long[] included = new long[usage.size()];
        long left = usage.isEmpty() || usage.get(0).part().cycleQuota() == Quota.NONE
                ? 0
                : usage.get(0).part().cycleQuota();
        for (int i = 0; i < included.length; i++) {
            included[i] = Math.min(left, usage.get(i).quantity());
            left -= included[i];
        }
        return included;
    }

    private void addLines(LineKind kind) {
        int from = 0;
        while (from < usage.size()) {
            int to = from + 1;
            while (to < usage.size() && isSameLine(kind, from, to)) {
                to++;
            }
            RatedLine line = line(kind, from, to);
            if (line != null) {
                lines.add(line);
            }
            from = to;
        }
    }

    private boolean isSameLine(LineKind kind, int a, int b) {
        return plan(a).equals(plan(b))
                && price(a).hasPackages() == price(b).hasPackages()
                && unitPrice(kind, a).compareTo(unitPrice(kind, b)) == 0;
    }

    private RatedLine line(LineKind kind, int from, int to) {
        BigDecimal unitPrice = unitPrice(kind, from);
        if (kind == LineKind.SUBSCRIPTION) {
            return unitPrice.signum() == 0 ? null : subscription(from, to, unitPrice);
        }
        long quantity = 0;
        for (int i = from; i < to; i++) {
            quantity = Math.addExact(quantity, quantity(kind, i));
        }
        if (quantity == 0) {
            return null;
        }
        long units = kind == LineKind.PACKAGES ? startedPackages(quantity) : quantity;
        BigDecimal exact = unitPrice.multiply(BigDecimal.valueOf(units));
        return new RatedLine(
                kind, plan(from), from, to, BigDecimal.valueOf(units), unitPrice, Money.round(exact, minorDigits));
    }

    private RatedLine subscription(int from, int to, BigDecimal fee) {
        long lengthNs = 0;
        for (int i = from; i < to; i++) {
            lengthNs = Math.addExact(lengthNs, usage.get(i).part().lengthNs());
        }
        long cycleNs = usage.get(from).part().cycle().lengthNs();
        BigDecimal share = Money.share(BigDecimal.ONE, lengthNs, cycleNs, SHARE_DECIMALS);
        BigDecimal amount = Money.share(fee, lengthNs, cycleNs, minorDigits);
        return new RatedLine(LineKind.SUBSCRIPTION, plan(from), from, to, share, fee, amount);
    }

    private long quantity(LineKind kind, int part) {
        if (kind == LineKind.INCLUDED) {
            return included[part];
        }
        boolean packages = price(part).hasPackages();
        return packages == (kind == LineKind.PACKAGES) ? usage.get(part).quantity() - included[part] : 0;
    }

    private BigDecimal unitPrice(LineKind kind, int part) {
        return switch (kind) {
            case SUBSCRIPTION -> price(part).subscriptionFee();
            case INCLUDED -> BigDecimal.ZERO;
            case TOKENS -> price(part).overageRate();
            case PACKAGES -> price(part).hasPackages() ? price(part).per1000Requests() : BigDecimal.ZERO;
        };
    }

    private static long startedPackages(long requests) {
        return requests / PACKAGE_REQUESTS + (requests % PACKAGE_REQUESTS == 0 ? 0 : 1);
    }

    private Price price(int part) {
        return usage.get(part).part().terms().price();
    }

    private String plan(int part) {
        return usage.get(part).part().terms().plan();
    }
}
