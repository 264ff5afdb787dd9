package openclaw.edge.billing;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** One run of the command line: its exit code and what it said. */
record Run(int exitCode, String out, String err) {
    static Run of(String... args) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int exitCode = BillingMain.run(new PrintWriter(out, true), new PrintWriter(err, true), args);
        return new Run(exitCode, out.toString(), err.toString());
    }

    /** {@code invoice} for 2026-11. */
    static Run invoice(Path catalog, Path out, List<Path> journals) {
        List<String> args = new ArrayList<>(
                List.of("invoice", "--catalog", catalog.toString(), "--cycle", "2026-11", "--out", out.toString()));
        for (Path journal : journals) {
            args.add("--journal");
            args.add(journal.toString());
        }
        return of(args.toArray(String[]::new));
    }

    /** All files below a folder, by their path in it. */
    static SortedMap<String, String> files(Path folder) {
        SortedMap<String, String> files = new TreeMap<>();
        try (Stream<Path> paths = Files.walk(folder)) {
            for (Path path : paths.filter(Files::isRegularFile).toList()) {
                files.put(
                        folder.relativize(path).toString(),
                        new String(Files.readAllBytes(path), StandardCharsets.UTF_8));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return files;
    }
}
