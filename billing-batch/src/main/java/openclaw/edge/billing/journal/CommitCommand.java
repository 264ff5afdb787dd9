package openclaw.edge.billing.journal;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import openclaw.edge.ledger.read.JournalReader;
import openclaw.edge.ledger.retain.Position;
import openclaw.edge.ledger.retain.PositionVisitor;
import openclaw.edge.ledger.retain.Reader;
import openclaw.edge.ledger.retain.Readers;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code journal commit}: a reader is done with records. */
@Command(
        name = "commit",
        mixinStandardHelpOptions = true,
        description = {
            "Says that a registered reader is done with records, so that their files may be deleted.",
            "Which ones, a position file says, such as archive makes of exactly what it has sealed, also from copies of the"
                    + " journal elsewhere; or an instant, for readers that have taken everything before it."
        })
final class CommitCommand extends ReaderCommand {
    @ArgGroup(multiplicity = "1")
    private Done done;

    /** One of these. */
    static final class Done {
        @Option(
                names = "--position",
                paramLabel = "FILE",
                description = "position file, for example archives/2026-11/position")
        private Path position;

        @Option(
                names = "--before",
                paramLabel = "TIME",
                converter = UsageFilter.TimeConverter.class,
                description = "all records that this journal holds now of requests admitted before this instant")
        private Long before;
    }

    @Override
    int call(Readers readers, String name) throws IOException {
        Position position;
        String what;
        if (done.position != null) {
            position = Position.read(done.position);
            what = "position " + done.position;
        } else {
            long beforeNs = done.before;
            PositionVisitor visitor = new PositionVisitor((tenant, admittedNs) -> admittedNs < beforeNs);
            new JournalReader(List.of(journal())).read(visitor);
            position = visitor.position();
            what = "before " + Text.instant(beforeNs);
        }
        Reader reader = readers.commit(name, position, what, nowNs());
        tell(
                "committed",
                "reader '" + name + "' has committed " + reader.lastCommit().records() + " more records of " + journal()
                        + ", " + what,
                reader);
        return JournalCommand.DONE;
    }
}
