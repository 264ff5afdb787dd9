package openclaw.edge.ledger.retain;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import openclaw.edge.ledger.read.SequenceIntervals;
import openclaw.edge.ledger.record.Life;

/**
 * Which usage records a reader is done with, by their identities: intervals per life and lane. So it holds for every copy of
 * a journal, whatever files the records stand in there, and never says more than what was named. Not thread-safe.
 */
public final class Position {
    private static final String KIND = "edge-journal-position 1";
    private static final String LANE = "lane ";

    private final TreeMap<LaneId, SequenceIntervals> lanes = new TreeMap<>();

    /** Nothing yet. */
    public Position() {}

    private record LaneId(Life life, int lane) implements Comparable<LaneId> {
        @Override
        public int compareTo(final LaneId other) {
            final int byLife = life.compareTo(other.life);
            return byLife != 0 ? byLife : Integer.compare(lane, other.lane);
        }
    }

    /**
     * Adds records that follow each other.
     *
     * @param life of the lane
     * @param lane number of the lane
     * @param from first sequence, 1 or more
     * @param to last sequence, not below from
     */
    public void add(final Life life, final int lane, final long from, final long to) {
        intervals(life, lane).addRange(from, to);
    }

    /** The intervals of a lane, to be added to. */
    SequenceIntervals intervals(final Life life, final int lane) {
        return lanes.computeIfAbsent(new LaneId(life, lane), absent -> new SequenceIntervals());
    }

    /**
     * Adds all of another position.
     *
     * @param other stays as it is
     */
    public void addAll(final Position other) {
        other.lanes.forEach((id, intervals) -> intervals(id.life, id.lane).addAll(intervals));
    }

    /**
     * How many records of a range are not in this position.
     *
     * @param life of the lane
     * @param lane number of the lane
     * @param from first sequence
     * @param to last sequence
     * @return 0 when all are
     */
    public long missing(final Life life, final int lane, final long from, final long to) {
        final SequenceIntervals intervals = lanes.get(new LaneId(life, lane));
        return to - from + 1 - (intervals == null ? 0 : intervals.countWithin(from, to));
    }

    /**
     * How many records of this position another one does not name.
     *
     * @param other to look in
     * @return 0 when it names all
     */
    public long missingFrom(final Position other) {
        long missing = 0;
        for (final Map.Entry<LaneId, SequenceIntervals> entry : lanes.entrySet()) {
            final SequenceIntervals own = entry.getValue();
            for (int i = 0; i < own.intervals(); i++) {
                missing += other.missing(entry.getKey().life, entry.getKey().lane, own.from(i), own.to(i));
            }
        }
        return missing;
    }

    /**
     * What this position and another one both name.
     *
     * @param other stays as it is
     * @return a new position
     */
    public Position within(final Position other) {
        final Position both = new Position();
        lanes.forEach((id, own) -> {
            final SequenceIntervals others = other.lanes.get(id);
            int i = 0;
            int j = 0;
            while (others != null && i < own.intervals() && j < others.intervals()) {
                final long from = Math.max(own.from(i), others.from(j));
                final long to = Math.min(own.to(i), others.to(j));
                if (from <= to) {
                    both.add(id.life, id.lane, from, to);
                }
                if (own.to(i) < others.to(j)) {
                    i++;
                } else {
                    j++;
                }
            }
        });
        return both;
    }

    /**
     * How many records it names.
     *
     * @return 0 or more
     */
    public long records() {
        long records = 0;
        for (final SequenceIntervals intervals : lanes.values()) {
            records = Math.addExact(records, intervals.size());
        }
        return records;
    }

    /** A line for each lane, in the order of lives and lanes. */
    List<String> lines() {
        final List<String> lines = new ArrayList<>();
        lanes.forEach((id, intervals) -> lines.add(LANE + id.life + ' ' + id.lane + ' ' + intervals));
        return lines;
    }

    /**
     * Takes a line of {@link #lines()}.
     *
     * @throws IllegalArgumentException when it is anything else
     */
    void addLine(final String line) {
        final String[] words = line.split(" ", -1);
        if (!line.startsWith(LANE) || words.length != 4) {
            throw new IllegalArgumentException("'" + line + "', expected 'lane LIFE NUMBER INTERVALS'");
        }
        final SequenceIntervals intervals = intervals(Life.parse(words[1]), Integer.parseInt(words[2]));
        for (final String interval : words[3].split(",", -1)) {
            final int dash = interval.indexOf('-');
            final long from = Long.parseLong(dash < 0 ? interval : interval.substring(0, dash));
            intervals.addRange(from, dash < 0 ? from : Long.parseLong(interval.substring(dash + 1)));
        }
    }

    /**
     * Keeps the position in a file, for the journals that are not here. The same position gives the same bytes.
     *
     * @param file replaced as one
     * @throws IOException when it cannot be written
     */
    public void write(final Path file) throws IOException {
        CheckedText.write(file, KIND, lines());
    }

    /**
     * Reads what {@link #write} wrote.
     *
     * @param file to read
     * @return the position
     * @throws IOException when it cannot be read, or is not whole
     */
    public static Position read(final Path file) throws IOException {
        final Position position = new Position();
        CheckedText.read(file, KIND, position::addLine);
        return position;
    }
}
