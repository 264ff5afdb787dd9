package openclaw.edge.billing;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Where what was read is kept for the next run. */
final class CheckpointOptions {
    @Option(
            names = "--checkpoints",
            paramLabel = "DIR",
            description =
                    "keep there what was read of complete files, and do not read them again: a run that was cut off goes"
                            + " on, and the next day's reads what is new")
    private Path checkpoints;

    /** The folder, or null. */
    Path folder() {
        return checkpoints;
    }
}
