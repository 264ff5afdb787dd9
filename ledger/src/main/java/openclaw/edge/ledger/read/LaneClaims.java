package openclaw.edge.ledger.read;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.agrona.collections.Long2LongHashMap;

/**
 * Which sequences of one lane were read, and in which file each stands: runs, one per stretch of sequences that follow each
 * other in one file, so that a lane read in order takes one run per file. A run knows where its first record stands, and a
 * few places on its way.
 */
final class LaneClaims {
    /** Sequences above are damage: no lane lives that long. */
    static final long MAX_SEQUENCE = 1L << 56;

    private static final int MARKS = 32;
    private static final long FIRST_STRIDE = 1 << 12;

    private final int lane;
    private final SequenceIntervals voided = new SequenceIntervals();
    private final TreeMap<Long, Deleted> deleted = new TreeMap<>();
    private long[] from = new long[2];
    private long[] to = new long[2];
    private QueueFile[] file = new QueueFile[2];
    private long[] position = new long[2];
    private Marks[] marks = new Marks[2];
    private int runs;
    private long expectedTo;
    private long heardTo;
    private Long2LongHashMap rulings;

    LaneClaims(final int lane) {
        this.lane = lane;
    }

    /** A range that was deleted, by its first sequence: the last one, the first and last admission, when. */
    record Deleted(long to, long firstNs, long lastNs, long timeNs) {
        Deleted and(final Deleted other) {
            return new Deleted(
                    Math.max(to, other.to),
                    Math.min(firstNs, other.firstNs),
                    Math.max(lastNs, other.lastNs),
                    Math.min(timeNs, other.timeNs));
        }
    }

    /** Places on the way of a long run: sequence and position by turns; when full, every second one goes. */
    private static final class Marks {
        private final long[] places = new long[2 * MARKS];
        private int count;
        private long stride = FIRST_STRIDE;
        private long next;

        void add(final long sequence, final long position) {
            if (sequence < next) {
                return;
            }
            if (count == MARKS) {
                count = MARKS / 2;
                for (int i = 0; i < count; i++) {
                    places[2 * i] = places[4 * i];
                    places[2 * i + 1] = places[4 * i + 1];
                }
                stride *= 2;
            }
            places[2 * count] = sequence;
            places[2 * count + 1] = position;
            count++;
            next = sequence + stride;
        }

        long before(final long sequence, final long otherwise) {
            long found = otherwise;
            for (int i = 0; i < count && places[2 * i] <= sequence; i++) {
                found = places[2 * i + 1];
            }
            return found;
        }
    }

    /** Takes the parts of a claim, in order. */
    interface Parts {
        /** Is told nothing. */
        Parts NONE = new Parts() {
            @Override
            public void fresh(final long from, final long to) {}

            @Override
            public void known(final long from, final long to) {}
        };

        /** Sequences that were not there: they count, and come from this file. */
        void fresh(long from, long to);

        /** Sequences that were there. */
        void known(long from, long to);
    }

    int lane() {
        return lane;
    }

    SequenceIntervals voided() {
        return voided;
    }

    void deleted(final long first, final Deleted range) {
        deleted.merge(first, range, Deleted::and);
        expect(range.to);
    }

    /** Ranges that were deleted after they had been committed, by their first sequence. */
    Map<Long, Deleted> deleted() {
        return deleted;
    }

    /** All sequences that were read, declared gone, or deleted. */
    SequenceIntervals accounted() {
        final SequenceIntervals all = seen();
        all.addAll(voided);
        deleted.forEach((first, range) -> all.addRange(first, range.to));
        return all;
    }

    /** Highest sequence that any record of its own life, or of the next one, speaks of. */
    long expectedTo() {
        return Math.max(expectedTo, Math.max(runs == 0 ? 0 : to[runs - 1], voided.highest()));
    }

    void expect(final long sequence) {
        expectedTo = Math.max(expectedTo, Math.min(sequence, MAX_SEQUENCE));
    }

    /** Highest sequence that another life heard of. */
    long heardTo() {
        return heardTo;
    }

    void heard(final long sequence) {
        heardTo = Math.max(heardTo, Math.min(sequence, MAX_SEQUENCE));
    }

    /**
     * Claims sequences that follow each other in a file.
     *
     * @param first sequence
     * @param last sequence
     * @param of file that holds them
     * @param positionBytes of the first one's document
     * @param parts told which count and which were there; fresh ones have the position of the first if they begin with it,
     *     and are else found from there
     */
    void claim(final long first, final long last, final QueueFile of, final long positionBytes, final Parts parts) {
        int at = runs == 0 || first > to[runs - 1] ? runs : firstEndingAtOrAfter(first);
        long next = first;
        while (next <= last) {
            if (at < runs && from[at] <= next) {
                final long end = Math.min(last, to[at]);
                parts.known(next, end);
                next = end + 1;
                at++;
            } else {
                final long end = at < runs ? Math.min(last, from[at] - 1) : last;
                at = put(at, next, end, of, positionBytes) + 1;
                parts.fresh(next, end);
                next = end + 1;
            }
        }
    }

    /** Whether none of the sequences was read. */
    boolean isFree(final long first, final long last) {
        final int at = firstEndingAtOrAfter(first);
        return at == runs || from[at] > last;
    }

    /** Puts a run before another one, or behind one that it goes on; answers where it is. */
    private int put(final int at, final long first, final long last, final QueueFile of, final long positionBytes) {
        if (at > 0 && file[at - 1] == of && to[at - 1] + 1 == first) {
            to[at - 1] = last;
            if (last - from[at - 1] >= FIRST_STRIDE) {
                if (marks[at - 1] == null) {
                    marks[at - 1] = new Marks();
                }
                marks[at - 1].add(first, positionBytes);
            }
            return at - 1;
        }
        if (runs == from.length) {
            from = Arrays.copyOf(from, runs * 2);
            to = Arrays.copyOf(to, runs * 2);
            file = Arrays.copyOf(file, runs * 2);
            position = Arrays.copyOf(position, runs * 2);
            marks = Arrays.copyOf(marks, runs * 2);
        }
        final int moved = runs - at;
        System.arraycopy(from, at, from, at + 1, moved);
        System.arraycopy(to, at, to, at + 1, moved);
        System.arraycopy(file, at, file, at + 1, moved);
        System.arraycopy(position, at, position, at + 1, moved);
        System.arraycopy(marks, at, marks, at + 1, moved);
        from[at] = first;
        to[at] = last;
        file[at] = of;
        position[at] = positionBytes;
        marks[at] = null;
        runs++;
        return at;
    }

    private int firstEndingAtOrAfter(final long sequence) {
        int low = 0;
        int high = runs;
        while (low < high) {
            final int middle = (low + high) >>> 1;
            if (to[middle] < sequence) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** Run of a sequence that was claimed. */
    int run(final long sequence) {
        final int at = firstEndingAtOrAfter(sequence);
        if (at == runs || from[at] > sequence) {
            throw new IllegalStateException("sequence " + sequence + " is in no run");
        }
        return at;
    }

    QueueFile file(final int run) {
        return file[run];
    }

    /** A place in the run's file, not behind the record of a sequence. */
    long placeBefore(final int run, final long sequence) {
        return marks[run] == null ? position[run] : marks[run].before(sequence, position[run]);
    }

    /** All sequences that were read. */
    SequenceIntervals seen() {
        final SequenceIntervals seen = new SequenceIntervals();
        for (int i = 0; i < runs; i++) {
            seen.addRange(from[i], to[i]);
        }
        return seen;
    }

    int runs() {
        return runs;
    }

    /** Forgets what was read, not what was ruled. */
    void forget() {
        runs = 0;
        expectedTo = 0;
        heardTo = 0;
        Arrays.fill(file, null);
        Arrays.fill(marks, null);
        voided.clear();
        deleted.clear();
    }

    /** Rules which record of a contradicted identity counts. */
    void rule(final long sequence, final int crc) {
        if (rulings == null) {
            rulings = new Long2LongHashMap(Long.MIN_VALUE);
        }
        rulings.put(sequence, crc);
    }

    /** Whether any identity of the lane is contradicted. */
    boolean hasRulings() {
        return rulings != null;
    }

    boolean isRuled(final long sequence) {
        return rulings != null && rulings.containsKey(sequence);
    }

    /** Whether a record was ruled not to count. */
    boolean isRuledOut(final long sequence, final int crc) {
        final long counts = rulings.get(sequence);
        return counts != Long.MIN_VALUE && (int) counts != crc;
    }
}
