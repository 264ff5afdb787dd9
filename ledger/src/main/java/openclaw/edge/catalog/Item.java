package openclaw.edge.catalog;

import java.math.BigDecimal;

/**
 * Something that stands on a tenant's invoice besides usage and fees. It belongs to the cycle of its date.
 *
 * @param id unique among all items of a catalog
 * @param kind what it does
 * @param tenant whose it is
 * @param atNs when: the first instant of its date, or the instant given
 * @param amount above zero, in whole minor units of the tenant's currency
 * @param description as it stands on the invoice
 * @param invoice number of the invoice that a dispute is about; empty otherwise
 * @param tax its own; null: as the tenant's at the time. Never set for a credit, which is no sale
 */
public record Item(
        String id,
        Kind kind,
        String tenant,
        long atNs,
        BigDecimal amount,
        String description,
        String invoice,
        Tax tax) {
    /** What an item does. */
    public enum Kind {
        /** A one-off sale: a line, taxed. */
        CHARGE,
        /** A disputed amount that is given back: a line below zero, taxed, so that its tax is given back too. */
        DISPUTE,
        /** Money of the tenant's: pays for the total, tax included; what is left is carried to the next invoice. */
        CREDIT
    }

    /** With the amount in its shortest form. */
    public Item {
        amount = Price.shortest(amount);
    }
}
