package openclaw.edge.load.harness;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the batch, in a process of its own, would invoice.
 *
 * @param requests charged, of all tenants
 * @param tokens of all tenants
 */
public record Invoices(long requests, long tokens) {
    private static final String BATCH = "openclaw.edge.billing.BillingMain";
    private static final int PATIENCE_SECONDS = 300;
    private static final Pattern USAGE = Pattern.compile("\"usage\"\\s*:\\s*\\{[^}]*}");

    /** Drafts of all tenants and cycles, written below {@code out}. */
    public static Invoices of(
            final Path catalog, final List<Path> journals, final Collection<YearMonth> cycles, final Path out)
            throws IOException {
        Invoices sum = new Invoices(0, 0);
        for (final YearMonth cycle : cycles) {
            draft(catalog, journals, cycle.toString(), out);
            try (DirectoryStream<Path> files = Files.newDirectoryStream(out.resolve(cycle.toString()), "*.json")) {
                for (final Path file : files) {
                    if (!file.endsWith("manifest.json")) {
                        sum = sum.plus(of(file));
                    }
                }
            }
        }
        return sum;
    }

    /** Writes the drafts of one cycle below {@code out}. */
    public static void draft(final Path catalog, final List<Path> journals, final String cycle, final Path out) {
        final List<String> arguments =
                new ArrayList<>(List.of("invoice", "--catalog", catalog.toString(), "--cycle", cycle));
        for (final Path journal : journals) {
            arguments.addAll(List.of("--journal", journal.toString()));
        }
        arguments.addAll(List.of("--out", out.toString()));
        final Path log = out.resolveSibling("invoice.log");
        try (JavaProcess batch = JavaProcess.start(log, List.of(), BATCH, arguments.toArray(new String[0]))) {
            final int exit = batch.exitCode(PATIENCE_SECONDS);
            if (exit != 0) {
                throw new IllegalStateException("invoice of " + cycle + " ended with " + exit + ": " + batch.output());
            }
        }
    }

    /** What one invoice says. */
    public static Invoices of(final Path invoice) throws IOException {
        final Matcher usage = USAGE.matcher(Files.readString(invoice));
        if (!usage.find()) {
            throw new IOException("no usage in " + invoice);
        }
        return new Invoices(figure(usage.group(), "requests", invoice), figure(usage.group(), "tokens", invoice));
    }

    private static long figure(final String usage, final String name, final Path invoice) throws IOException {
        final Matcher figure =
                Pattern.compile("\"" + name + "\"\\s*:\\s*\"?(\\d+)").matcher(usage);
        if (!figure.find()) {
            throw new IOException("no usage." + name + " in " + invoice);
        }
        return Long.parseLong(figure.group(1));
    }

    private Invoices plus(final Invoices other) {
        return new Invoices(Math.addExact(requests, other.requests), Math.addExact(tokens, other.tokens));
    }
}
