package openclaw.edge.catalog;

import java.math.BigDecimal;

/**
 * Usage beyond the quota is sold in packages; a started one is owed whole.
 *
 * @param size units in a package, at least 1
 * @param price of a package
 * @param unit what is counted
 */
public record PackagePrice(long size, BigDecimal price, Unit unit) {
    /** Size of the packages of {@code price_per_1000_requests}. */
    public static final long THOUSAND = 1_000;

    /** With the price in its shortest form. */
    public PackagePrice {
        price = Price.shortest(price);
    }

    /** What {@code price_per_1000_requests} means. */
    static PackagePrice per1000Requests(BigDecimal price) {
        return new PackagePrice(THOUSAND, price, Unit.REQUESTS);
    }

    /** Whether {@code price_per_1000_requests} says the same. */
    public boolean isPer1000Requests() {
        return size == THOUSAND && unit == Unit.REQUESTS;
    }
}
