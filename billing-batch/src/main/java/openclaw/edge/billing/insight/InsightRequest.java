package openclaw.edge.billing.insight;

import java.nio.file.Path;
import java.util.List;
import openclaw.edge.billing.store.Store;
import openclaw.edge.catalog.Catalog;

/**
 * What to look into.
 *
 * @param catalog tenants, their cycles and prices
 * @param journals of cycles that are not finalized; may be empty
 * @param store with the finalized cycles; null for none
 * @param cycle for example {@code 2026-11}
 * @param asOfHour first hour, counted from 1970, that is not looked at: those before are complete
 * @param agent this agent alone; null for all
 * @param model this model alone; null for all
 */
public record InsightRequest(
        Catalog catalog, List<Path> journals, Store store, String cycle, long asOfHour, String agent, String model) {
    /** With an unmodifiable copy of the journals. */
    public InsightRequest {
        journals = List.copyOf(journals);
    }

    /** Whether invoices, which are of whole tenants, can stand beside it. */
    boolean isWhole() {
        return agent == null && model == null;
    }
}
