package openclaw.edge.rating;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import openclaw.edge.catalog.CyclePart;
import openclaw.edge.catalog.Item;
import openclaw.edge.catalog.Price;
import openclaw.edge.catalog.Terms;
import openclaw.edge.catalog.Unit;

/**
 * Usage sums x terms -> priced lines; a pure function.
 *
 * <ul>
 *   <li>The cycle includes one quota, the sum of its parts' by their time (see
 *       {@link openclaw.edge.catalog.CyclePart#cycleQuota}); where some parts count tokens and others requests, one of each.
 *       Usage draws on it in the order of the cycle's parts, but not what is used before a tenant begins or after it has
 *       ended; what a part uses beyond it is billed at that part's own price. Without any quota nothing is included.
 *   <li>A subscription is owed for each part by its exact share of the cycle's time, and so is a minimum commitment, which
 *       the fees and the usage of the same plan fulfil; one-off charges do not.
 *   <li>Packages and the steps of tiers are counted per line. Nothing beyond the quota: no flat fee either.
 *   <li>Neighbouring parts with the same plan, the same price and the same tax make one line, so that a change elsewhere in
 *       the catalog neither rounds twice, nor starts a package or a tier twice.
 * </ul>
 */
public final class Rating {
    /** Changes whenever the same input could give other lines or another amount due. */
    public static final int VERSION = 4;

    private static final int SHARE_DECIMALS = 12;

    private final List<PartUsage> usage;
    private final int minorDigits;
    private final BigDecimal[] included;
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
     * @param items of the cycle; credits make no lines, see {@link Totals}
     * @param minorDigits decimals of the currency's minor unit
     * @return lines by kind, then time; none for what neither was used nor costs anything
     * @throws ArithmeticException when more was used than a long can count
     */
    public static List<RatedLine> rate(List<PartUsage> usage, List<Item> items, int minorDigits) {
        Rating rating = new Rating(List.copyOf(usage), minorDigits);
        rating.eachGroup(rating::isSameSubscription, rating::addSubscription);
        rating.eachGroup(rating::isSameInclusion, rating::addIncluded);
        rating.eachGroup(rating::isSameUsage, rating::addUsage);
        rating.eachGroup(rating::isSamePlan, rating::addCommitment);
        items.forEach(rating::addItem);
        rating.lines.sort(Comparator.comparing(RatedLine::kind));
        return rating.lines;
    }

    private interface SameLine {
        boolean test(int a, int b);
    }

    private interface Group {
        void add(int from, int to);
    }

    /** Passes the longest runs of neighbouring parts that make one line. */
    private void eachGroup(SameLine same, Group group) {
        int from = 0;
        while (from < usage.size()) {
            int to = from + 1;
            while (to < usage.size() && same.test(from, to)) {
                to++;
            }
            group.add(from, to);
            from = to;
        }
    }

    private boolean isSamePlan(int a, int b) {
        return plan(a).equals(plan(b)) && price(a).tax().equals(price(b).tax());
    }

    private boolean isSameSubscription(int a, int b) {
        return isSamePlan(a, b) && price(a).subscriptionFee().compareTo(price(b).subscriptionFee()) == 0;
    }

    private boolean isSameInclusion(int a, int b) {
        return isSamePlan(a, b) && price(a).unit() == price(b).unit();
    }

    private boolean isSameUsage(int a, int b) {
        return isSamePlan(a, b) && price(a).hasSameUsagePrice(price(b));
    }

    private void addSubscription(int from, int to) {
        BigDecimal fee = price(from).subscriptionFee();
        if (fee.signum() > 0) {
            long lengthNs = 0;
            for (int i = from; i < to; i++) {
                lengthNs = Math.addExact(lengthNs, part(i).lengthNs());
            }
            long cycleNs = part(from).cycle().lengthNs();
            BigDecimal share = Money.share(BigDecimal.ONE, lengthNs, cycleNs, SHARE_DECIMALS);
            BigDecimal amount = Money.share(fee, lengthNs, cycleNs, minorDigits);
            add(LineKind.SUBSCRIPTION, from, to, RatedLine.NO_STEP, share, fee, amount);
        }
    }

    private void addIncluded(int from, int to) {
        BigDecimal sum = BigDecimal.ZERO;
        for (int i = from; i < to; i++) {
            sum = sum.add(included[i]);
        }
        if (sum.signum() > 0) {
            BigDecimal free = BigDecimal.ZERO.setScale(minorDigits);
            add(LineKind.INCLUDED, from, to, RatedLine.NO_STEP, sum, BigDecimal.ZERO, free);
        }
    }

    private void addUsage(int from, int to) {
        BigDecimal beyond = BigDecimal.ZERO;
        long counted = 0;
        for (int i = from; i < to; i++) {
            counted = Math.addExact(counted, usage.get(i).counted());
            beyond = beyond.add(usage.get(i).quantity()).subtract(included[i]);
        }
        if (beyond.signum() > 0) {
            for (Charge charge : PriceModel.of(price(from)).charges(beyond)) {
                BigDecimal exact = charge.unitPrice().multiply(charge.quantity());
                BigDecimal amount = Money.round(exact, minorDigits);
                add(charge.kind(), from, to, charge.step(), charge.quantity(), charge.unitPrice(), amount);
            }
        }
    }

    private void addCommitment(int from, int to) {
        BigDecimal weighted = BigDecimal.ZERO;
        for (int i = from; i < to; i++) {
            weighted = weighted.add(price(i).minimumCommitment().multiply(BigDecimal.valueOf(part(i).lengthNs())));
        }
        BigDecimal cycleNs = BigDecimal.valueOf(part(from).cycle().lengthNs());
        BigDecimal lacking = weighted.divide(cycleNs, minorDigits, Money.ROUNDING);
        for (RatedLine line : lines) {
            if (line.fromPart() >= from && line.toPart() <= to) {
                lacking = lacking.subtract(line.amount());
            }
        }
        if (lacking.signum() > 0) {
            add(LineKind.COMMITMENT, from, to, RatedLine.NO_STEP, BigDecimal.ONE, lacking, lacking);
        }
    }

    private void addItem(Item item) {
        if (item.kind() == Item.Kind.CREDIT) {
            return;
        }
        int at = 0;
        while (at < usage.size() - 1 && item.atNs() >= part(at).toNs()) {
            at++;
        }
        boolean dispute = item.kind() == Item.Kind.DISPUTE;
        BigDecimal amount = item.amount().setScale(minorDigits);
        BigDecimal signed = dispute ? amount.negate() : amount;
        lines.add(new RatedLine(
                dispute ? LineKind.DISPUTE : LineKind.CHARGE,
                plan(at),
                at,
                at + 1,
                BigDecimal.ONE,
                signed,
                signed,
                item.tax() == null ? price(at).tax() : item.tax(),
                RatedLine.NO_STEP,
                item));
    }

    private void add(
            LineKind kind, int from, int to, int step, BigDecimal quantity, BigDecimal unitPrice, BigDecimal amount) {
        lines.add(new RatedLine(
                kind,
                plan(from),
                from,
                to,
                quantity,
                unitPrice,
                amount,
                price(from).tax(),
                step,
                null));
    }

    /** What of each part's usage is included: of one pool for tokens, and one for requests. */
    static BigDecimal[] included(List<PartUsage> usage) {
        Map<Unit, BigDecimal> left = new EnumMap<>(Unit.class);
        for (Unit unit : Unit.values()) {
            left.put(unit, pool(usage, unit));
        }
        BigDecimal[] included = new BigDecimal[usage.size()];
        for (int i = 0; i < included.length; i++) {
            Unit unit = usage.get(i).part().terms().price().unit();
            BigDecimal open = left.get(unit);
            included[i] =
                    owes(usage.get(i).part().terms()) ? open.min(usage.get(i).quantity()) : BigDecimal.ZERO;
            left.put(unit, open.subtract(included[i]));
        }
        return included;
    }

    /** Before a tenant begins and after it has ended nothing is owed, so nothing of the quota is used up either. */
    private static boolean owes(Terms terms) {
        return terms.quota().isSet()
                || !terms.plan().isEmpty()
                || !terms.price().equals(Price.FREE);
    }

    /** The quotas of all parts that count a unit, each by its share of the cycle's time, rounded down together. */
    private static BigDecimal pool(List<PartUsage> usage, Unit unit) {
        BigInteger weighted = BigInteger.ZERO;
        for (PartUsage each : usage) {
            CyclePart part = each.part();
            if (part.terms().quota().isSet() && part.terms().price().unit() == unit) {
                weighted = weighted.add(BigInteger.valueOf(part.terms().quota().monthly())
                        .multiply(BigInteger.valueOf(part.lengthNs())));
            }
        }
        return usage.isEmpty()
                ? BigDecimal.ZERO
                : new BigDecimal(weighted.divide(
                        BigInteger.valueOf(usage.get(0).part().cycle().lengthNs())));
    }

    private CyclePart part(int part) {
        return usage.get(part).part();
    }

    private Price price(int part) {
        return part(part).terms().price();
    }

    private String plan(int part) {
        return part(part).terms().plan();
    }
}
