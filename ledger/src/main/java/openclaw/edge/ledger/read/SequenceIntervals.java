package openclaw.edge.ledger.read;

import java.util.Arrays;

/**
 * A set of sequences as sorted, disjoint, non-adjacent closed intervals: what makes at-least-once appending count exactly
 * once, whatever the order of arrival. Never a maximum alone. Adding after the last interval is constant time. Not
 * thread-safe.
 */
public final class SequenceIntervals {
    private long[] from = new long[4];
    private long[] to = new long[4];
    private int count;

    /** The empty set. */
    public SequenceIntervals() {}

    /** Takes the intervals of a set that has holes. */
    @FunctionalInterface
    public interface GapConsumer {
        /**
         * Takes one hole.
         *
         * @param from first sequence that is missing
         * @param to last one
         */
        void gap(long from, long to);
    }

    /**
     * Adds a sequence.
     *
     * @param sequence 1 or more
     * @return false if it was there already
     */
    public boolean add(final long sequence) {
        if (count > 0 && sequence == to[count - 1] + 1) {
            to[count - 1] = sequence;
            return true;
        }
        if (contains(sequence)) {
            return false;
        }
        addRange(sequence, sequence);
        return true;
    }

    /**
     * Adds all sequences of a range.
     *
     * @param first 1 or more
     * @param last not below first
     */
    public void addRange(final long first, final long last) {
        if (first < 1 || last < first) {
            throw new IllegalArgumentException("range " + first + "-" + last + ", expected 1 <= first <= last");
        }
        // Every interval that overlaps or touches the range becomes one with it.
        final int begin = firstEndingAtOrAfter(first - 1);
        int end = begin;
        long low = first;
        long high = last;
        while (end < count && from[end] - 1 <= last) {
            low = Math.min(low, from[end]);
            high = Math.max(high, to[end]);
            end++;
        }
        replace(begin, end, low, high);
    }

    private void replace(final int begin, final int end, final long low, final long high) {
        final int grown = count - (end - begin) + 1;
        if (grown > from.length) {
            from = Arrays.copyOf(from, grown * 2);
            to = Arrays.copyOf(to, grown * 2);
        }
        System.arraycopy(from, end, from, begin + 1, count - end);
        System.arraycopy(to, end, to, begin + 1, count - end);
        from[begin] = low;
        to[begin] = high;
        count = grown;
    }

    /** Removes all. */
    void clear() {
        count = 0;
    }

    /**
     * Adds all sequences of another set.
     *
     * @param other the set
     */
    public void addAll(final SequenceIntervals other) {
        for (int i = 0; i < other.count; i++) {
            addRange(other.from[i], other.to[i]);
        }
    }

    /**
     * Whether a sequence is in the set.
     *
     * @param sequence any
     * @return true if it was added
     */
    public boolean contains(final long sequence) {
        final int at = firstEndingAtOrAfter(sequence);
        return at < count && from[at] <= sequence;
    }

    /**
     * How many sequences of a range are in the set.
     *
     * @param first 1 or more
     * @param last not below first
     * @return 0 to last - first + 1
     */
    public long countWithin(final long first, final long last) {
        long within = 0;
        for (int i = firstEndingAtOrAfter(first); i < count && from[i] <= last; i++) {
            within += Math.min(to[i], last) - Math.max(from[i], first) + 1;
        }
        return within;
    }

    private int firstEndingAtOrAfter(final long sequence) {
        if (count == 0 || to[count - 1] < sequence) {
            return count;
        }
        int low = 0;
        int high = count - 1;
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

    /**
     * Walks the holes between 1 and an upper end, in order.
     *
     * @param upTo last sequence that should be there; 0 for none
     * @param consumer of the holes
     */
    public void gaps(final long upTo, final GapConsumer consumer) {
        long next = 1;
        for (int i = 0; i < count && next <= upTo; i++) {
            if (from[i] > next) {
                consumer.gap(next, Math.min(from[i] - 1, upTo));
            }
            next = to[i] + 1;
        }
        if (next <= upTo) {
            consumer.gap(next, upTo);
        }
    }

    /**
     * Number of intervals.
     *
     * @return 0 or more
     */
    public int intervals() {
        return count;
    }

    /**
     * First sequence of an interval.
     *
     * @param index 0 to {@link #intervals()} - 1, in ascending order
     * @return the sequence
     */
    public long from(final int index) {
        return from[index];
    }

    /**
     * Last sequence of an interval.
     *
     * @param index 0 to {@link #intervals()} - 1, in ascending order
     * @return the sequence
     */
    public long to(final int index) {
        return to[index];
    }

    /**
     * Highest sequence.
     *
     * @return 0 for the empty set
     */
    public long highest() {
        return count == 0 ? 0 : to[count - 1];
    }

    /**
     * Number of sequences.
     *
     * @return 0 or more
     */
    public long size() {
        long size = 0;
        for (int i = 0; i < count; i++) {
            size = Math.addExact(size, to[i] - from[i] + 1);
        }
        return size;
    }

    /** Intervals as {@code 1-5,7}. */
    @Override
    public String toString() {
        final StringBuilder text = new StringBuilder();
        for (int i = 0; i < count; i++) {
            text.append(i == 0 ? "" : ",").append(from[i]);
            if (to[i] != from[i]) {
                text.append('-').append(to[i]);
            }
        }
        return text.toString();
    }
}
