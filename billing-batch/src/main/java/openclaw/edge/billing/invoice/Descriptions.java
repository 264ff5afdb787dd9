package openclaw.edge.billing.invoice;

import java.util.List;
import openclaw.edge.catalog.BillingCalendar;
import openclaw.edge.catalog.CyclePart;
import openclaw.edge.catalog.PackagePrice;
import openclaw.edge.catalog.Price;
import openclaw.edge.catalog.Quota;
import openclaw.edge.catalog.TierPrice;
import openclaw.edge.catalog.Unit;
import openclaw.edge.rating.LineKind;
import openclaw.edge.rating.RatedLine;

/** What stands on an invoice's lines, for people. */
final class Descriptions {
    private Descriptions() {}

    static String of(RatedLine line, List<CyclePart> parts) {
        if (line.item() != null) {
            boolean dispute = line.kind() == LineKind.DISPUTE;
            return (dispute ? "Given back of invoice " + line.item().invoice() + ": " : "")
                    + line.item().description();
        }
        CyclePart first = parts.get(line.fromPart());
        StringBuilder text = new StringBuilder(what(line, first));
        if (!line.plan().isEmpty()) {
            text.append(", plan ").append(line.plan());
        }
        if (line.fromPart() > 0 || line.toPart() < parts.size()) {
            text.append(", ").append(BillingCalendar.instant(first.fromNs()));
            text.append(" to ")
                    .append(BillingCalendar.instant(parts.get(line.toPart() - 1).toNs()));
        }
        return text.toString();
    }

    private static String what(RatedLine line, CyclePart part) {
        Price price = part.terms().price();
        String beyond = part.cycleQuota() == Quota.NONE ? "" : " beyond the quota";
        return switch (line.kind()) {
            case SUBSCRIPTION -> "Subscription";
            case INCLUDED -> "Included " + units(price.unit()) + multiplied(price);
            case TOKENS -> "Tokens" + multiplied(price) + beyond + step(line, price);
            case REQUESTS -> "Requests" + multiplied(price) + beyond + step(line, price);
            case PACKAGES -> packages(price) + beyond;
            case FLAT_FEE -> "Flat fee for " + units(price.unit()) + beyond + step(line, price);
            case COMMITMENT -> "Up to the minimum commitment";
            case CHARGE, DISPUTE -> throw new IllegalArgumentException(line.kind() + " without an item");
        };
    }

    private static String multiplied(Price price) {
        return price.multipliers().isEmpty() ? "" : " (multiplied)";
    }

    private static String packages(Price price) {
        PackagePrice packages = price.packages();
        return "Started packages of " + number(packages.size()) + " " + units(packages.unit()) + multiplied(price);
    }

    private static String step(RatedLine line, Price price) {
        if (line.step() == RatedLine.NO_STEP) {
            return "";
        }
        List<TierPrice.Step> steps = price.tiers().steps();
        long from = line.step() == 0 ? 1 : steps.get(line.step() - 1).upTo() + 1;
        long upTo = steps.get(line.step()).upTo();
        String range = upTo == TierPrice.NO_END ? "from " + number(from) : number(from) + " to " + number(upTo);
        return price.tiers().mode() == TierPrice.Mode.VOLUME ? ", volume " + range : ", " + range;
    }

    private static String units(Unit unit) {
        return unit == Unit.REQUESTS ? "requests" : "tokens";
    }

    /** Digits in threes, the same in every locale. */
    private static String number(long value) {
        StringBuilder text = new StringBuilder(Long.toString(value));
        for (int at = text.length() - 3; at > 0; at -= 3) {
            text.insert(at, ',');
        }
        return text.toString();
    }
}
