package openclaw.edge.ledger.read;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import openclaw.edge.ledger.record.Life;

/**
 * Identities of which there are records with different content: where all of them stand, and which one counts. Few, and
 * looked for in all files once more when there are any.
 */
final class Contradictions {
    private static final Comparator<Occurrence> BY_PLACE = Comparator.comparing(
                    (Occurrence occurrence) -> occurrence.file.path())
            .thenComparingLong(occurrence -> occurrence.position);

    private final TreeMap<Identity, Contradiction> all = new TreeMap<>();
    private final Map<Life, Map<Integer, Map<Long, Contradiction>>> byRecord = new HashMap<>();

    /** What identifies a usage record. */
    record Identity(Life life, int lane, long sequence) implements Comparable<Identity> {
        @Override
        public int compareTo(final Identity other) {
            final int byLife = life.compareTo(other.life);
            final int byLane = byLife != 0 ? byLife : Integer.compare(lane, other.lane);
            return byLane != 0 ? byLane : Long.compare(sequence, other.sequence);
        }
    }

    private record Occurrence(QueueFile file, long position, int crc) {}

    private static final class Contradiction {
        private final LaneClaims lane;
        private final int visitedCrc;
        private final List<Occurrence> occurrences = new ArrayList<>();
        private int countedCrc;
        private boolean ruled;

        Contradiction(final LaneClaims lane, final int visitedCrc) {
            this.lane = lane;
            this.visitedCrc = visitedCrc;
        }

        int lowestCrc() {
            int lowest = visitedCrc;
            for (final Occurrence occurrence : occurrences) {
                if (Integer.compareUnsigned(occurrence.crc, lowest) < 0) {
                    lowest = occurrence.crc;
                }
            }
            return lowest;
        }
    }

    /**
     * Notes that a record differs from the one of its identity that was visited.
     *
     * @return whether that was not known
     */
    synchronized boolean note(final Life life, final LaneClaims lane, final long sequence, final int visitedCrc) {
        final Identity identity = new Identity(life, lane.lane(), sequence);
        if (all.containsKey(identity)) {
            return false;
        }
        final Contradiction contradiction = new Contradiction(lane, visitedCrc);
        all.put(identity, contradiction);
        byRecord.computeIfAbsent(life, key -> new HashMap<>())
                .computeIfAbsent(lane.lane(), key -> new HashMap<>())
                .put(sequence, contradiction);
        return true;
    }

    boolean isEmpty() {
        return all.isEmpty();
    }

    /** Looks for all records of the identities noted, in all that was read of the files. */
    void find(final Collection<QueueFile> files) throws IOException {
        all.values().forEach(contradiction -> contradiction.occurrences.clear());
        try (RecordWalk walk = new RecordWalk(Settlement.WINDOW_LENGTH)) {
            final RecordBlock block = new RecordBlock();
            for (final QueueFile file : files) {
                try {
                    walk.open(file.path(), 0, Settlement.NO_BREAKS, false);
                } catch (final NoSuchFileException e) {
                    // Deleted since it was read: what it holds is contradicted by nothing that can be shown.
                    continue;
                }
                while (walk.position() < file.position() && walk.next(block)) {
                    find(file, block);
                }
            }
        }
    }

    private void find(final QueueFile file, final RecordBlock block) {
        for (int i = 0; i < block.count(); i++) {
            if (block.isUsage(i) && block.positionBytes(i) < file.position()) {
                final Contradiction contradiction = byRecord.getOrDefault(
                                new Life(block.lifeHigh(i), block.lifeLow(i)), Map.of())
                        .getOrDefault(block.lane(i), Map.of())
                        .get(block.sequence(i));
                if (contradiction != null) {
                    contradiction.occurrences.add(new Occurrence(file, block.positionBytes(i), block.crc(i)));
                }
            }
        }
    }

    /** Whether other records would count than were visited, if the lowest CRCs did. */
    boolean wouldCountOthers() {
        return all.values().stream()
                .anyMatch(
                        contradiction -> !contradiction.ruled && contradiction.lowestCrc() != contradiction.visitedCrc);
    }

    /** Rules for all that was noted since: the lowest CRC, or the one visited. Rulings stand for ever. */
    void rule(final boolean visitedCounts) {
        for (final Map.Entry<Identity, Contradiction> entry : all.entrySet()) {
            final Contradiction contradiction = entry.getValue();
            if (!contradiction.ruled) {
                contradiction.ruled = true;
                contradiction.countedCrc = visitedCounts ? contradiction.visitedCrc : contradiction.lowestCrc();
                contradiction.lane.rule(entry.getKey().sequence, contradiction.countedCrc);
            }
        }
    }

    /** One entry for each record that does not count. */
    List<ReadReport.Conflict> conflicts() {
        final List<ReadReport.Conflict> conflicts = new ArrayList<>();
        all.forEach((identity, contradiction) -> {
            contradiction.occurrences.sort(BY_PLACE);
            final Occurrence counted = contradiction.occurrences.stream()
                    .filter(occurrence -> occurrence.crc == contradiction.countedCrc)
                    .findFirst()
                    .orElse(null);
            for (final Occurrence other : contradiction.occurrences) {
                if (other.crc != contradiction.countedCrc) {
                    conflicts.add(conflict(identity, counted, other));
                }
            }
        });
        return conflicts;
    }

    private static ReadReport.Conflict conflict(
            final Identity identity, final Occurrence counted, final Occurrence other) {
        return new ReadReport.Conflict(
                identity.life,
                identity.lane,
                identity.sequence,
                counted == null ? null : counted.file.path(),
                counted == null ? -1 : counted.position,
                other.file.path(),
                other.position);
    }
}
