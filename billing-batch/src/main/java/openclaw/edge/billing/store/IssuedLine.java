package openclaw.edge.billing.store;

import java.util.List;
import openclaw.edge.billing.aggregate.JournalRange;

/**
 * A line of a numbered document.
 *
 * @param line from 1
 * @param key what makes lines of several documents of one tenant and cycle the same line
 * @param description for people
 * @param quantity decimal; of a correction the change
 * @param unitPrice decimal
 * @param amountMinor in minor units; of a correction the change
 * @param correctsNumber number of the document whose line is corrected; null for none
 * @param correctsLine its line; 0 for none
 * @param fromNs first admission that it covers, cycle time
 * @param toNs first admission that it covers no more
 * @param journal the entries behind it; of a correction the late ones
 */
public record IssuedLine(
        int line,
        String key,
        String description,
        String quantity,
        String unitPrice,
        long amountMinor,
        String correctsNumber,
        int correctsLine,
        long fromNs,
        long toNs,
        List<JournalRange> journal) {
    /** With an unmodifiable copy of the ranges. */
    public IssuedLine {
        journal = List.copyOf(journal);
    }
}
