package openclaw.edge.ledger.read;

import java.util.Arrays;

/**
 * What was read of one lane: which sequences, the CRC of each, and from which file. Four bytes per record, plus one run
 * per stretch from one file.
 */
final class LaneHistory {
    private static final int CHUNK_BITS = 12;
    private static final int CHUNK_MASK = (1 << CHUNK_BITS) - 1;

    /** Sequences above are damage: no lane lives that long, and the tables would not fit. */
    static final long MAX_SEQUENCE = 1L << 40;

    private final SequenceIntervals seen = new SequenceIntervals();
    private final SequenceIntervals voided = new SequenceIntervals();
    private int[][] crcs = new int[4][];
    private long[] runFrom = new long[4];
    private long[] runTo = new long[4];
    private int[] runFile = new int[4];
    private int runs;
    private long expectedTo;

    SequenceIntervals seen() {
        return seen;
    }

    SequenceIntervals voided() {
        return voided;
    }

    long expectedTo() {
        return Math.max(expectedTo, Math.max(seen.highest(), voided.highest()));
    }

    void expect(final long sequence) {
        expectedTo = Math.max(expectedTo, Math.min(sequence, MAX_SEQUENCE));
    }

    /** Adds a record; false if its sequence was there already. */
    boolean add(final long sequence, final int crc, final int file) {
        if (!seen.add(sequence)) {
            return false;
        }
        final int chunk = (int) (sequence >>> CHUNK_BITS);
        if (chunk >= crcs.length) {
            crcs = Arrays.copyOf(crcs, Math.max(chunk + 1, crcs.length * 2));
        }
        int[] values = crcs[chunk];
        if (values == null) {
            values = new int[1 << CHUNK_BITS];
            crcs[chunk] = values;
        }
        values[(int) sequence & CHUNK_MASK] = crc;
        if (runs > 0 && runTo[runs - 1] + 1 == sequence && runFile[runs - 1] == file) {
            runTo[runs - 1] = sequence;
        } else {
            addRun(sequence, file);
        }
        return true;
    }

    private void addRun(final long sequence, final int file) {
        if (runs == runFile.length) {
            runFrom = Arrays.copyOf(runFrom, runs * 2);
            runTo = Arrays.copyOf(runTo, runs * 2);
            runFile = Arrays.copyOf(runFile, runs * 2);
        }
        runFrom[runs] = sequence;
        runTo[runs] = sequence;
        runFile[runs] = file;
        runs++;
    }

    int crc(final long sequence) {
        return crcs[(int) (sequence >>> CHUNK_BITS)][(int) sequence & CHUNK_MASK];
    }

    /** File in which a sequence that is there was met first. */
    int file(final long sequence) {
        for (int i = 0; i < runs; i++) {
            if (runFrom[i] <= sequence && sequence <= runTo[i]) {
                return runFile[i];
            }
        }
        throw new IllegalStateException("sequence " + sequence + " is in no run");
    }
}
