package openclaw.edge.billing.journal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import openclaw.edge.ledger.read.JournalReader;
import openclaw.edge.ledger.retain.PositionVisitor;
import openclaw.edge.ledger.retain.Reader;
import openclaw.edge.ledger.retain.Readers;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code journal readers}: who is registered, and what each has not committed. */
@Command(
        name = "readers",
        mixinStandardHelpOptions = true,
        description =
                "Lists the readers that are registered with a node's journal: when, what each committed last, how many"
                        + " records it has committed, and of the records that are there now how many it has not.")
final class ReadersCommand implements Callable<Integer> {
    @Parameters(
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
    public Integer call() throws IOException {
        if (!Files.isDirectory(journal)) {
            throw new NoSuchFileException(
                    journal.toString(), null, "no such journal directory; expected <data>/journal of a node");
        }
        List<Reader> readers = new Readers(journal).list();
        PositionVisitor all = new PositionVisitor((tenant, admittedNs) -> true);
        if (!readers.isEmpty()) {
            new JournalReader(List.of(journal)).read(all);
        }
        console.print(lines -> {
            if (output.isTable()) {
                print(lines, readers, all);
            } else {
                printJson(lines, readers, all);
            }
        });
        return JournalCommand.DONE;
    }

    private void print(Lines lines, List<Reader> readers, PositionVisitor all) {
        if (readers.isEmpty()) {
            Text.plain(lines.line(), "no reader is registered with " + journal + ": nothing of it is deleted");
            lines.end();
            return;
        }
        Table table = new Table("READER", "COMMITTED", "NOT YET", "REGISTERED", "LAST COMMIT", "OF");
        for (Reader reader : readers) {
            Reader.Commit last = reader.lastCommit();
            table.add(
                    reader.name(),
                    reader.position().records(),
                    all.position().missingFrom(reader.position()),
                    Text.instant(reader.registeredNs()),
                    last == null ? "-" : Text.instant(last.timeNs()),
                    last == null ? "-" : last.what());
        }
        table.print(lines);
    }

    private static void printJson(Lines lines, List<Reader> readers, PositionVisitor all) {
        Json json = new Json(lines.line());
        for (Reader reader : readers) {
            Reader.Commit last = reader.lastCommit();
            json.begin("reader")
                    .text("reader", reader.name())
                    .instant("registered", reader.registeredNs())
                    .instantOrNull("committed", last == null ? Long.MIN_VALUE : last.timeNs())
                    .text("what", last == null ? "" : last.what())
                    .count("records", reader.position().records())
                    .count("not_committed", all.position().missingFrom(reader.position()))
                    .end();
            lines.end();
        }
    }
}
