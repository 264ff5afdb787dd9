package openclaw.edge.billing.journal;

import openclaw.edge.billing.progress.Terminal;
import picocli.CommandLine.Option;

/** How to answer: JSON lines or a table. */
final class Output {
    private enum Format {
        json,
        table
    }

    @Option(
            names = "--format",
            paramLabel = "json|table",
            description = "JSON, one object a line, or a table; default: a table on a terminal, else JSON")
    private Format format;

    boolean isTable() {
        return format == null ? Terminal.isOutput() : format == Format.table;
    }
}
