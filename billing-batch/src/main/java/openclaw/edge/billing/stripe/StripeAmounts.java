package openclaw.edge.billing.stripe;

import java.math.BigDecimal;
import java.util.Set;

/**
 * Amounts as Stripe counts them: in a currency's smallest unit, which is not always the one of ISO 4217.
 *
 * <p>Source: Stripe's list of supported currencies, the sections on zero-decimal, three-decimal and special currencies.
 */
final class StripeAmounts {
    private static final Set<String> ZERO_DECIMAL = Set.of(
            "BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF");
    private static final Set<String> THREE_DECIMAL = Set.of("BHD", "JOD", "KWD", "OMR", "TND");

    /** Counted in units that the currency does not have: a mistake would cost a hundredfold. */
    private static final Set<String> SPECIAL = Set.of("ISK", "UGX");

    private static final int TWO = 2;
    private static final int THREE = 3;
    private static final long LEAST_STEP_OF_THREE = 10;

    private StripeAmounts() {}

    /**
     * An amount in Stripe's unit.
     *
     * @throws Refusal when Stripe cannot count it exactly
     */
    static long of(BigDecimal amount, String currency) throws Refusal {
        try {
            long units = amount.movePointRight(digits(amount, currency)).longValueExact();
            if (THREE_DECIMAL.contains(currency) && units % LEAST_STEP_OF_THREE != 0) {
                throw new Refusal(amount.toPlainString() + " " + currency
                        + ": Stripe takes amounts of three decimals only where the last one is 0");
            }
            return units;
        } catch (ArithmeticException e) {
            throw new Refusal(
                    amount.toPlainString() + " " + currency + ": Stripe counts " + currency
                            + " in coarser units, or not so many",
                    e);
        }
    }

    private static int digits(BigDecimal amount, String currency) throws Refusal {
        if (SPECIAL.contains(currency)) {
            throw new Refusal(currency + " is counted differently by Stripe than by ISO 4217, and not sent");
        }
        if (ZERO_DECIMAL.contains(currency)) {
            return 0;
        }
        if (THREE_DECIMAL.contains(currency)) {
            return THREE;
        }
        if (amount.scale() != TWO) {
            throw new Refusal(
                    currency + " has " + amount.scale() + " decimals here, and as far as is known 2 at Stripe");
        }
        return TWO;
    }
}
