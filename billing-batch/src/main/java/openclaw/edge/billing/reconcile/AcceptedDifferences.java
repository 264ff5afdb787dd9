package openclaw.edge.billing.reconcile;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import openclaw.edge.catalog.CanonicalJson;

/**
 * Differences that somebody has looked into, kept in a file: a JSON object a line with kind, subject, requests, tokens, reason and
 * date, which is only ever added to. One covers a difference of the same kind, place and size; should it grow, it is one anew.
 */
public final class AcceptedDifferences {
    private final Path file;
    private final Set<Key> keys = new HashSet<>();

    private record Key(String kind, String subject, long requests, long tokens) {
        static Key of(Finding finding) {
            return new Key(finding.kind().text(), finding.subject(), finding.requests(), finding.tokens());
        }
    }

    private AcceptedDifferences(Path file) {
        this.file = file;
    }

    /**
     * Reads a file; one that is not there holds nothing.
     *
     * @param file null for none
     * @throws IOException when it cannot be read, or a line of it is not one of these; the line is named
     */
    public static AcceptedDifferences read(Path file) throws IOException {
        AcceptedDifferences accepted = new AcceptedDifferences(file);
        if (file != null && Files.exists(file)) {
            List<String> lines = Files.readAllLines(file, StandardCharsets.UTF_8);
            for (int i = 0; i < lines.size(); i++) {
                if (!lines.get(i).isBlank()) {
                    accepted.keys.add(accepted.parse(lines.get(i), i + 1));
                }
            }
        }
        return accepted;
    }

    private Key parse(String line, int number) throws IOException {
        try {
            JsonObject object = JsonParser.parseString(line).getAsJsonObject();
            return new Key(
                    object.get("kind").getAsString(),
                    object.get("subject").getAsString(),
                    object.get("requests").getAsLong(),
                    object.get("tokens").getAsLong());
        } catch (JsonParseException
                | IllegalStateException
                | NullPointerException
                | NumberFormatException
                | UnsupportedOperationException e) {
            throw new IOException(
                    file + ":" + number
                            + ": expected a JSON object with kind, subject, requests, tokens, reason and date",
                    e);
        }
    }

    /** Whether a difference is among them. */
    public boolean covers(Finding finding) {
        return keys.contains(Key.of(finding));
    }

    /**
     * Adds differences, at once and for good.
     *
     * @param reason why, on one line
     * @param date when they were accepted
     * @throws IOException when the file cannot be written
     */
    public void add(List<Finding> findings, String reason, Instant date) throws IOException {
        List<String> lines = new ArrayList<>();
        for (Finding finding : findings) {
            if (keys.add(Key.of(finding))) {
                lines.add(CanonicalJson.write(Map.of(
                        "kind", finding.kind().text(),
                        "subject", finding.subject(),
                        "requests", CanonicalJson.count(finding.requests()),
                        "tokens", CanonicalJson.count(finding.tokens()),
                        "what", finding.what(),
                        "reason", reason,
                        "date", date.toString())));
            }
        }
        if (!lines.isEmpty()) {
            Files.write(file, lines, StandardCharsets.UTF_8, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        }
    }
}
