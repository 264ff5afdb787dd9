package openclaw.edge.billing.finalize;

import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import openclaw.edge.billing.store.AcceptedMissing;
import openclaw.edge.catalog.Catalog;

/**
 * What to finalize.
 *
 * @param catalog what holds
 * @param journals directories of journals
 * @param cycle for example {@code 2026-11}
 * @param out folder in which the cycle's folder is made
 * @param archives folder in which the cycle's folder of archives is made
 * @param issueDate of what is issued
 * @param accepted what may be missing
 * @param now a cycle that has not ended is not finalized
 */
public record FinalizeRequest(
        Catalog catalog,
        List<Path> journals,
        String cycle,
        Path out,
        Path archives,
        LocalDate issueDate,
        List<AcceptedMissing> accepted,
        Instant now) {
    /** With unmodifiable copies of the lists. */
    public FinalizeRequest {
        journals = List.copyOf(journals);
        accepted = List.copyOf(accepted);
    }
}
