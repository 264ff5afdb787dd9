package openclaw.edge.billing.journal;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import openclaw.edge.ledger.retain.Readers;
import picocli.CommandLine.Command;

/** {@code journal unregister}: what the reader has not committed is kept no more for it. */
@Command(
        name = "unregister",
        mixinStandardHelpOptions = true,
        description = "Removes a reader from a node's journal: nothing is kept for it any more.")
final class UnregisterCommand extends ReaderCommand {
    @Override
    int call(Readers readers, String reader) throws IOException {
        if (!readers.remove(reader)) {
            throw new NoSuchFileException(
                    journal().toString(), null, "no reader '" + reader + "' is registered; see ./edge journal readers");
        }
        tell("unregistered", "reader '" + reader + "' is no more registered with " + journal(), null);
        return JournalCommand.DONE;
    }
}
