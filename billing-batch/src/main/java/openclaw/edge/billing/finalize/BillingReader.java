package openclaw.edge.billing.finalize;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import openclaw.edge.catalog.BillingCalendar;
import openclaw.edge.ledger.retain.Position;
import openclaw.edge.ledger.retain.Reader;
import openclaw.edge.ledger.retain.Readers;
import openclaw.edge.yaml.FailureWords;

/** Tells journals what billing is done with, so that their files may be deleted; those that have it as a reader. */
final class BillingReader {
    /** Its name in journals. */
    static final String NAME = "billing";

    private final InvoiceFiles.Steps steps;
    private final PrintWriter log;

    BillingReader(InvoiceFiles.Steps steps, PrintWriter log) {
        this.steps = steps;
        this.log = log;
    }

    /** What is done, asked for only when some journal has the reader. */
    interface Done {
        Position position() throws IOException;
    }

    /**
     * Commits for every journal that has the reader and does not know it all yet.
     *
     * @return whether all know it now; those that do not are named
     */
    boolean commit(List<Path> journals, Done done, String cycle, Instant now) {
        boolean isDone = true;
        for (Path journal : journals) {
            try {
                commit(journal, done, cycle, now);
            } catch (IOException e) {
                isDone = false;
                log.println("cycle " + cycle + " is final, but reader '" + NAME + "' of " + journal
                        + " has not committed it: " + FailureWords.withFile(e) + "; run finalize again");
            }
        }
        return isDone;
    }

    private void commit(Path journal, Done done, String cycle, Instant now) throws IOException {
        Readers readers = new Readers(journal);
        Optional<Reader> reader =
                readers.list().stream().filter(one -> one.name().equals(NAME)).findFirst();
        if (reader.isEmpty()) {
            return;
        }
        Position position = done.position();
        if (position.missingFrom(reader.get().position()) == 0) {
            return;
        }
        steps.before("commit the reader of " + journal);
        Reader after = readers.commit(NAME, position, cycle, BillingCalendar.ns(now));
        log.println("reader '" + NAME + "' of " + journal + " has committed "
                + after.lastCommit().records() + " more records");
    }
}
