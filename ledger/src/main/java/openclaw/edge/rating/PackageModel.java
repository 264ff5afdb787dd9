package openclaw.edge.rating;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import openclaw.edge.catalog.PackagePrice;

/** Every started package is owed whole. */
record PackageModel(PackagePrice price) implements PriceModel {
    @Override
    public List<Charge> charges(BigDecimal quantity) {
        BigDecimal started = quantity.divide(BigDecimal.valueOf(price.size()), 0, RoundingMode.CEILING);
        return List.of(new Charge(LineKind.PACKAGES, RatedLine.NO_STEP, started, price.price()));
    }
}
