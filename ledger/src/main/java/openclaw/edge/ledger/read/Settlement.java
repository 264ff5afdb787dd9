package openclaw.edge.ledger.read;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import openclaw.edge.ledger.record.Life;

/**
 * Compares the records of a file that were there before with the ones that were visited, by reading both again: equal
 * identity and CRC is the same record met twice. So nothing of a record need be remembered while reading; exact, at the price
 * of a second look at what is doubled.
 *
 * <p>Copies of a file hold the same records in the same order, so the one place behind the last record found is looked at
 * first; what was appended again in another order is followed lane by lane. One thread; several may work on different files
 * while nobody claims.
 */
final class Settlement implements Closeable {
    static final int WINDOW_LENGTH = 64 << 10;

    /** What is broken was told when the file was read. */
    static final RecordWalk.Breaks NO_BREAKS = (position, length, what) -> {};

    private static final int MAX_CURSORS = 128;

    private final Contradictions contradictions;
    private final RecordWalk walk = new RecordWalk(WINDOW_LENGTH);
    private final RecordBlock block = new RecordBlock();
    private final List<Cursor> cursors = new ArrayList<>();
    private final Map<Life, Map<Integer, Doubled>> doubled = new HashMap<>();
    private Doubled lastDoubled;
    private Cursor lastCursor;

    Settlement(final Contradictions contradictions) {
        this.contradictions = contradictions;
    }

    /** What is doubled of one lane in the file that is looked at. */
    private static final class Doubled {
        private final LaneClaims lane;
        private final long high;
        private final long low;
        private final SequenceIntervals sequences = new SequenceIntervals();

        Doubled(final QueueFile.KnownRun run) {
            lane = run.lane;
            high = run.lifeHigh;
            low = run.lifeLow;
        }

        boolean isOf(final RecordBlock block, final int index) {
            return block.lane(index) == lane.lane() && block.lifeLow(index) == low && block.lifeHigh(index) == high;
        }
    }

    /** A place in the file of visited records, going forward. */
    private static final class Cursor implements AutoCloseable {
        private final RecordWalk walk = new RecordWalk(WINDOW_LENGTH);
        private final RecordBlock block = new RecordBlock();
        private QueueFile file;
        private LaneClaims lane;
        private int run;
        private long behind;
        private int index;
        private boolean atEnd;

        void seek(final QueueFile newFile, final long position) throws IOException {
            file = null;
            block.clear();
            index = 0;
            atEnd = true;
            walk.open(newFile.path(), position, NO_BREAKS, false);
            file = newFile;
            atEnd = false;
        }

        /** Whether there is a record here, reading on if need be. */
        boolean hasRecord() throws IOException {
            if (index == block.count() && !atEnd) {
                atEnd = !walk.next(block);
                index = 0;
            }
            return !atEnd;
        }

        /** Goes behind the record it is at. What other lanes' records it passes is of no concern to its own. */
        void passed(final LaneClaims ofLane, final int ofRun, final long sequence) {
            index++;
            if (lane == ofLane) {
                run = ofRun;
                behind = sequence;
            }
        }

        boolean isAt(final Doubled of, final long sequence) {
            return block.isUsage(index) && block.sequence(index) == sequence && of.isOf(block, index);
        }

        @Override
        public void close() throws IOException {
            walk.close();
        }
    }

    /**
     * Compares what is doubled in a file.
     *
     * @param file whose runs are taken
     * @return whether a contradiction was found that was not known
     */
    boolean settle(final QueueFile file) throws IOException {
        long from = Long.MAX_VALUE;
        doubled.clear();
        lastDoubled = null;
        for (final QueueFile.KnownRun run : file.takeKnown()) {
            from = Math.min(from, run.position);
            doubled.computeIfAbsent(new Life(run.lifeHigh, run.lifeLow), key -> new HashMap<>())
                    .computeIfAbsent(run.lane.lane(), key -> new Doubled(run))
                    .sequences
                    .addRange(run.from, run.to);
        }
        boolean found = false;
        try {
            walk.open(file.path(), from, NO_BREAKS, false);
        } catch (final NoSuchFileException e) {
            // Deleted since it was read: nothing is left to be compared.
            return false;
        }
        while (walk.position() < file.position() && walk.next(block)) {
            for (int i = 0; i < block.count(); i++) {
                found |= block.isUsage(i) && block.positionBytes(i) < file.position() && differs(file, i);
            }
        }
        closeCursors();
        return found;
    }

    private boolean differs(final QueueFile file, final int index) throws IOException {
        final Doubled of = doubled(index);
        final long sequence = block.sequence(index);
        if (of == null || !of.sequences.contains(sequence) || of.lane.isRuled(sequence)) {
            return false;
        }
        final int run = of.lane.run(sequence);
        final Cursor visited = find(of, run, sequence);
        if (visited == null
                && Files.exists(JournalFiles.remainsOf(of.lane.file(run).path()))) {
            // Deleted since it was read: nothing is left to be compared with.
            return false;
        }
        if (visited == null) {
            file.wrong(
                    block.positionBytes(index),
                    block.length(index),
                    "record was met before in " + of.lane.file(run).path() + " and is not there any more");
            return false;
        }
        final int visitedCrc = visited.block.crc(visited.index);
        visited.passed(of.lane, run, sequence);
        return visitedCrc != block.crc(index)
                && contradictions.note(new Life(of.high, of.low), of.lane, sequence, visitedCrc);
    }

    private Doubled doubled(final int index) {
        if (lastDoubled == null || !lastDoubled.isOf(block, index)) {
            lastDoubled = doubled.getOrDefault(new Life(block.lifeHigh(index), block.lifeLow(index)), Map.of())
                    .get(block.lane(index));
        }
        return lastDoubled;
    }

    /** A cursor at the record that was visited, or null when it is gone. */
    private Cursor find(final Doubled of, final int run, final long sequence) throws IOException {
        final QueueFile file = of.lane.file(run);
        if (lastCursor != null && lastCursor.file == file && lastCursor.hasRecord() && lastCursor.isAt(of, sequence)) {
            return lastCursor;
        }
        final Cursor cursor = cursorOf(of.lane);
        final boolean goesOn = cursor.lane == of.lane && cursor.run == run && cursor.behind < sequence;
        if (!goesOn) {
            try {
                cursor.seek(file, of.lane.placeBefore(run, sequence));
            } catch (final NoSuchFileException e) {
                cursor.lane = null;
                return null;
            }
            cursor.lane = of.lane;
            cursor.run = run;
        }
        while (cursor.hasRecord()) {
            if (cursor.isAt(of, sequence)) {
                lastCursor = cursor;
                return cursor;
            }
            cursor.index++;
        }
        cursor.lane = null;
        return null;
    }

    private Cursor cursorOf(final LaneClaims lane) throws IOException {
        for (final Cursor cursor : cursors) {
            if (cursor.lane == lane) {
                return cursor;
            }
        }
        if (cursors.size() == MAX_CURSORS) {
            closeCursors();
        }
        final Cursor cursor = new Cursor();
        cursors.add(cursor);
        return cursor;
    }

    private void closeCursors() throws IOException {
        for (final Cursor cursor : cursors) {
            cursor.close();
        }
        cursors.clear();
        lastCursor = null;
    }

    @Override
    public void close() throws IOException {
        closeCursors();
        walk.close();
    }
}
