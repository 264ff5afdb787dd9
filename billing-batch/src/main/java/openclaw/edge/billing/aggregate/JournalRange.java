package openclaw.edge.billing.aggregate;

import openclaw.edge.ledger.record.Life;

/**
 * The journal entries behind an invoice line, in one lane. The range holds other tenants' entries too; {@code count} and the
 * digest are of this line's.
 *
 * @param life of the journal
 * @param lane of the life
 * @param from lowest sequence
 * @param to highest sequence
 * @param count entries
 * @param digestHigh upper half of the digest
 * @param digestLow lower half of the digest
 */
public record JournalRange(Life life, int lane, long from, long to, long count, long digestHigh, long digestLow) {
    /** The digest as 32 lower-case hexadecimal digits. */
    public String digest() {
        return String.format("%016x%016x", digestHigh, digestLow);
    }
}
