package openclaw.edge.billing.journal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.util.List;
import openclaw.edge.ledger.read.JournalReader;
import openclaw.edge.ledger.retain.Readers;
import picocli.CommandLine.Command;

/** {@code journal register}: from now on nothing is deleted that the reader has not committed. */
@Command(
        name = "register",
        mixinStandardHelpOptions = true,
        description = {
            "Registers a reader with a node's journal: of the files that journal.retain asks to delete those are kept that hold"
                    + " records which the reader has not committed.",
            "As long as no reader is registered nothing is deleted. Run it where the journal is, by the user that owns it."
        })
final class RegisterCommand extends ReaderCommand {
    @Override
    void check() throws IOException {
        if (!Files.exists(journal())) {
            throw new NoSuchFileException(
                    journal().toString(),
                    null,
                    "no such journal directory; expected <data>/journal of a node. Before the node's first start make it, as"
                            + " the user that will own it: mkdir -p " + journal());
        }
        super.check();
    }

    @Override
    int call(Readers readers, String reader) throws IOException {
        boolean isNew = readers.register(reader, nowNs());
        tell(
                isNew ? "registered" : "was_registered",
                isNew
                        ? "reader '" + reader + "' is registered with " + journal()
                        : "reader '" + reader + "' was registered with " + journal() + " before",
                null);
        if (JournalReader.files(List.of(journal())).isEmpty()) {
            console()
                    .err()
                    .println("register: " + Text.plain(journal().toString())
                            + " holds no journal files (*.cq4): right before the node's first start; if it has started, its"
                            + " journal is elsewhere and keeps nothing for this reader, so register it there");
        }
        return JournalCommand.DONE;
    }
}
