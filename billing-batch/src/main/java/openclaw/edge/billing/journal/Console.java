package openclaw.edge.billing.journal;

import java.io.IOException;
import java.io.PrintWriter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** A command's streams, and what all commands do with them. */
final class Console {
    @Spec(Target.MIXEE)
    private CommandSpec spec;

    @Option(
            names = {"-q", "--quiet"},
            description = "no progress on standard error")
    private boolean isQuiet;

    /** Something that prints lines. */
    interface Printer {
        void print(Lines lines) throws IOException;
    }

    boolean isQuiet() {
        return isQuiet;
    }

    PrintWriter err() {
        return spec.commandLine().getErr();
    }

    PrintWriter out() {
        return spec.commandLine().getOut();
    }

    /** Refuses options that contradict each other. */
    void check(UsageFilter filter) {
        String problem = filter.problem();
        if (problem != null) {
            throw usage(problem);
        }
    }

    /** An option's whole number from 0 to a most; anything else is refused by what was expected. */
    int number(String option, String text, int most, String expected) {
        int number = -1;
        try {
            number = Integer.parseInt(text);
        } catch (NumberFormatException e) {
            // Refused below, as a number that is too large is.
        }
        if (number < 0 || number > most) {
            throw usage(option + " " + Text.plain(text) + ": expected " + expected);
        }
        return number;
    }

    ParameterException usage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    /** Prints; returns as well when nobody reads to the end. */
    void print(Printer printer) throws IOException {
        Lines lines = new Lines(out());
        try {
            printer.print(lines);
            lines.flush();
        } catch (IOException | RuntimeException e) {
            if (!lines.isClosed()) {
                throw e;
            }
            // Whoever read has seen enough.
        }
    }
}
