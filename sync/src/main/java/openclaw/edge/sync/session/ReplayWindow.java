package openclaw.edge.sync.session;

import openclaw.edge.sync.wire.DropReason;

/**
 * Which sequence numbers were received: a bitmap that is used as a ring of words, after RFC 6479, so that moving on clears
 * whole words and shifts nothing. Not thread-safe.
 */
final class ReplayWindow {

    private static final int WORDS = 32;
    private static final int WORD_SHIFT = 6;

    /** Numbers at and behind the highest that can still be told from replays: one word is always being cleared. */
    static final int SIZE = (WORDS - 1) * Long.SIZE;

    private final long[] words = new long[WORDS];
    private long highest;

    ReplayWindow() {}

    /** Highest number received, 0 for none. */
    long highest() {
        return highest;
    }

    /** Whether a number is new; changes nothing, as its datagram is not yet verified. */
    DropReason check(final long sequence) {
        if (sequence > highest) {
            return DropReason.NONE;
        }
        if (sequence <= 0 || highest - sequence >= SIZE) {
            return DropReason.BEHIND_WINDOW;
        }
        return (words[word(sequence)] & bit(sequence)) == 0 ? DropReason.NONE : DropReason.REPLAYED;
    }

    /** Notes a number that is new and whose datagram is verified. */
    void mark(final long sequence) {
        if (sequence > highest) {
            final long ahead = (sequence >>> WORD_SHIFT) - (highest >>> WORD_SHIFT);
            for (long i = 1; i <= Math.min(ahead, WORDS); i++) {
                words[(int) ((highest >>> WORD_SHIFT) + i) & (WORDS - 1)] = 0;
            }
            highest = sequence;
        }
        words[word(sequence)] |= bit(sequence);
    }

    private static int word(final long sequence) {
        return (int) (sequence >>> WORD_SHIFT) & (WORDS - 1);
    }

    private static long bit(final long sequence) {
        return 1L << sequence;
    }
}
