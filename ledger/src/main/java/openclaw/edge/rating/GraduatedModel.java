package openclaw.edge.rating;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import openclaw.edge.catalog.TierPrice;
import openclaw.edge.catalog.Unit;

/** Each unit at the price of the step that it lies in; a step's flat fee as soon as anything lies in it. */
record GraduatedModel(TierPrice tiers) implements PriceModel {
    @Override
    public List<Charge> charges(BigDecimal quantity) {
        List<Charge> charges = new ArrayList<>();
        BigDecimal below = BigDecimal.ZERO;
        for (int step = 0; step < tiers.steps().size() && quantity.compareTo(below) > 0; step++) {
            BigDecimal end = BigDecimal.valueOf(tiers.steps().get(step).upTo());
            boolean isLast = step == tiers.steps().size() - 1;
            BigDecimal within = (isLast ? quantity : quantity.min(end)).subtract(below);
            add(charges, tiers, step, within);
            below = end;
        }
        return charges;
    }

    /** What a quantity in one step costs. */
    static void add(List<Charge> charges, TierPrice tiers, int step, BigDecimal quantity) {
        TierPrice.Step at = tiers.steps().get(step);
        LineKind kind = tiers.unit() == Unit.REQUESTS ? LineKind.REQUESTS : LineKind.TOKENS;
        charges.add(new Charge(kind, step, quantity, at.unitPrice()));
        if (at.flatFee().signum() > 0) {
            charges.add(new Charge(LineKind.FLAT_FEE, step, BigDecimal.ONE, at.flatFee()));
        }
    }
}
