package openclaw.edge.rating;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;

/** Amounts of money: exact until the one rounding that makes a line's amount. */
public final class Money {
    /** The one rounding mode. */
    public static final RoundingMode ROUNDING = RoundingMode.HALF_UP;

    private Money() {}

    /** An exact amount rounded to the currency's minor unit. */
    public static BigDecimal round(BigDecimal exact, int minorDigits) {
        return exact.setScale(minorDigits, ROUNDING);
    }

    /** A price times a part of a whole ({@code numerator / denominator}), rounded once to the minor unit. */
    public static BigDecimal share(BigDecimal price, long numerator, long denominator, int minorDigits) {
        return price.multiply(new BigDecimal(BigInteger.valueOf(numerator)))
                .divide(BigDecimal.valueOf(denominator), minorDigits, ROUNDING);
    }

    /** A price as text: never fewer decimals than the minor unit has, otherwise as few as it needs. */
    public static String priceText(BigDecimal price, int minorDigits) {
        BigDecimal stripped = price.stripTrailingZeros();
        return stripped.setScale(Math.max(stripped.scale(), minorDigits)).toPlainString();
    }

    /** A quantity as text, with as few decimals as it needs. */
    public static String quantityText(BigDecimal quantity) {
        return quantity.signum() == 0 ? "0" : quantity.stripTrailingZeros().toPlainString();
    }
}
