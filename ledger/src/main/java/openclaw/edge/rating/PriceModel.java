package openclaw.edge.rating;

import java.math.BigDecimal;
import java.util.List;
import openclaw.edge.catalog.Price;
import openclaw.edge.catalog.TierPrice;

/** What usage beyond the quota costs; one implementation per kind of price. */
interface PriceModel {
    /**
     * What a quantity costs.
     *
     * @param quantity above 0
     */
    List<Charge> charges(BigDecimal quantity);

    /** The model of a price. */
    static PriceModel of(Price price) {
        if (price.packages() != null) {
            return new PackageModel(price.packages());
        }
        if (price.tiers() != null) {
            return price.tiers().mode() == TierPrice.Mode.VOLUME
                    ? new VolumeModel(price.tiers())
                    : new GraduatedModel(price.tiers());
        }
        return quantity -> List.of(new Charge(LineKind.TOKENS, RatedLine.NO_STEP, quantity, price.overageRate()));
    }
}
