package openclaw.edge.billing.journal;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.Callable;
import openclaw.edge.catalog.BillingCalendar;
import openclaw.edge.ledger.retain.Reader;
import openclaw.edge.ledger.retain.Readers;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** What the commands about one reader of one journal have in common. */
abstract class ReaderCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "NAME", description = "name of the reader, for example billing")
    private String name;

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "PATH",
            defaultValue = "data/journal",
            description = "journal directory of a node (default: ${DEFAULT-VALUE})")
    private Path journal;

    @Mixin
    private Output output;

    @Mixin
    private Console console;

    @Override
    public final Integer call() throws IOException {
        check();
        Readers readers = new Readers(journal);
        return call(readers, name);
    }

    /** Refuses what is not the journal of one node. */
    void check() throws IOException {
        OneJournal.check(journal);
    }

    abstract int call(Readers readers, String reader) throws IOException;

    final Path journal() {
        return journal;
    }

    final Console console() {
        return console;
    }

    static long nowNs() {
        return BillingCalendar.ns(Instant.now());
    }

    /** Says what was done, for people or as an object. */
    final void tell(String done, String text, Reader reader) throws IOException {
        console.print(lines -> {
            if (output.isTable()) {
                Text.plain(lines.line(), text);
                lines.end();
            } else {
                Json json = new Json(lines.line());
                json.begin(done).text("reader", name).text("journal", journal.toString());
                if (reader != null && reader.lastCommit() != null) {
                    json.text("what", reader.lastCommit().what())
                            .count("added", reader.lastCommit().records())
                            .count("records", reader.position().records());
                }
                json.end();
                lines.end();
            }
        });
    }
}
