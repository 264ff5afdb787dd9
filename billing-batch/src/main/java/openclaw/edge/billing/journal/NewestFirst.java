package openclaw.edge.billing.journal;

import java.io.IOException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import openclaw.edge.ledger.read.JournalReader;

/**
 * In which order files are read by who wants the last records only: each folder's newest, then hour by hour back. A file is named
 * after the UTC hour in which it was written, so what it holds had ended by then. Files of other names are read at once. Not
 * thread-safe.
 */
final class NewestFirst {
    private static final DateTimeFormatter HOUR = DateTimeFormatter.ofPattern("yyyyMMdd-HH");
    private static final int HOUR_LENGTH = 11;
    private static final long NS_PER_SECOND = 1_000_000_000L;
    private static final long NS_PER_HOUR = 3_600 * NS_PER_SECOND;

    /** By how much an event loop's clock may be ahead of the journal's. */
    private static final long SLACK_NS = 60 * NS_PER_SECOND;

    private final TreeMap<Long, List<Path>> byEndNs = new TreeMap<>();
    private final Set<Path> left = new HashSet<>();

    NewestFirst(List<Path> paths) throws IOException {
        Map<Path, Path> newest = new HashMap<>();
        List<Path> named = new ArrayList<>();
        for (Path file : JournalReader.files(paths)) {
            if (endNs(file) != Long.MAX_VALUE) {
                named.add(file);
                newest.merge(file.getParent(), file, (one, other) -> endNs(one) > endNs(other) ? one : other);
            }
        }
        named.removeAll(newest.values());
        left.addAll(named);
        named.forEach(file ->
                byEndNs.computeIfAbsent(endNs(file), end -> new ArrayList<>()).add(file));
    }

    /** What is not to be read yet; shrinks with each {@link #widen}. */
    Set<Path> left() {
        return left;
    }

    /** No record in {@link #left} has ended later: cycle time; the least value when nothing is left. */
    long leftEndNs() {
        return byEndNs.isEmpty() ? Long.MIN_VALUE : byEndNs.lastKey();
    }

    /** Takes the files of the next hour back; answers whether there are any. */
    boolean widen() {
        Map.Entry<Long, List<Path>> hour = byEndNs.pollLastEntry();
        if (hour == null) {
            return false;
        }
        hour.getValue().forEach(left::remove);
        return true;
    }

    private static long endNs(Path file) {
        String name = file.getFileName().toString();
        try {
            LocalDateTime hour = LocalDateTime.parse(name.substring(0, Math.min(HOUR_LENGTH, name.length())), HOUR);
            return hour.toEpochSecond(ZoneOffset.UTC) * NS_PER_SECOND + NS_PER_HOUR + SLACK_NS;
        } catch (DateTimeException e) {
            return Long.MAX_VALUE;
        }
    }
}
