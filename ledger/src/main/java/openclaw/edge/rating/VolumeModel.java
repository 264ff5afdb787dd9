package openclaw.edge.rating;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import openclaw.edge.catalog.TierPrice;

/** All units at the price of the step that the last one lies in, with that step's flat fee. */
record VolumeModel(TierPrice tiers) implements PriceModel {
    @Override
    public List<Charge> charges(BigDecimal quantity) {
        int last = tiers.steps().size() - 1;
        int step = 0;
        while (step < last
                && quantity.compareTo(BigDecimal.valueOf(tiers.steps().get(step).upTo())) > 0) {
            step++;
        }
        List<Charge> charges = new ArrayList<>();
        GraduatedModel.add(charges, tiers, step, quantity);
        return charges;
    }
}
