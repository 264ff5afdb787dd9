package openclaw.edge.catalog;

import java.math.BigDecimal;
import java.util.List;

/**
 * Usage beyond the quota is priced by how much of it there is.
 *
 * @param mode how the steps apply
 * @param unit what is counted
 * @param steps in rising order; the last one has no end
 */
public record TierPrice(Mode mode, Unit unit, List<Step> steps) {
    /** Most steps. */
    public static final int MAX_STEPS = 100;

    /** {@link Step#upTo} of the last step. */
    public static final long NO_END = Long.MAX_VALUE;

    /** How steps apply. */
    public enum Mode {
        /** Each unit at the price of the step that it lies in. */
        GRADUATED,
        /** All units at the price of the step that the last one lies in. */
        VOLUME
    }

    /**
     * One step.
     *
     * @param upTo the last unit that lies in it, from 1; {@link #NO_END} for the last step
     * @param unitPrice for each unit
     * @param flatFee owed once when the step applies; zero when there is none
     */
    public record Step(long upTo, BigDecimal unitPrice, BigDecimal flatFee) {
        /** With prices in their shortest form. */
        public Step {
            unitPrice = Price.shortest(unitPrice);
            flatFee = Price.shortest(flatFee);
        }
    }

    /** With an unmodifiable copy of the steps. */
    public TierPrice {
        steps = List.copyOf(steps);
    }
}
