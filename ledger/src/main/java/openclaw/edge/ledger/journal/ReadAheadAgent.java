package openclaw.edge.ledger.journal;

import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.agrona.concurrent.Agent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads what the journal's thread is going to write: the empty pages ahead of it in the queue's file. The kernel makes and clears
 * a page when it is first touched, which may take longer than thirty records; so it happens here and not between two records.
 * Reads only, and so changes nothing, takes no disk space, and cannot fail the journal; without it all is the same but slower.
 *
 * <p>To be run on a thread of its own with a sleep of {@link #IDLE_MS} when idle, and best at a low priority.
 */
public final class ReadAheadAgent implements Agent {
    /** How far ahead: what two million records per second fill within 50 ms. */
    static final long AHEAD_LENGTH = 16L << 20;

    /** Milliseconds between two pieces when there is no hurry: 12 MiB/s, which is 80,000 records per second. */
    public static final int IDLE_MS = 10;

    private static final Logger LOG = LoggerFactory.getLogger(ReadAheadAgent.class);
    static final int CHUNK_LENGTH = 128 << 10;

    /** What is written in this many pauses is read without one. */
    static final int HURRY_PAUSES = 4;

    private final AppendPoint point;
    private final ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK_LENGTH);
    private int openedGeneration;
    private PieceReader reader;
    private long next;
    private boolean hasPaused;
    private long pausedAt;

    /** Bytes that were appended during the last pause. */
    private long pace;

    private long readBytes;

    ReadAheadAgent(final AppendPoint point) {
        this.point = point;
    }

    @Override
    public String roleName() {
        return "journal-ahead";
    }

    /** Reads the next piece, if one is due. Returns 1 if the next is to be read without a pause. */
    @Override
    public int doWork() {
        final int generation = point.generation();
        final File current = point.file();
        final long position = point.position();
        if (current == null || (generation & 1) != 0 || generation != point.generation()) {
            return 0;
        }
        try {
            if (generation != openedGeneration) {
                openedGeneration = generation;
                open(current, position);
            }
            if (hasPaused) {
                pace = Math.max(0, position - pausedAt);
            }
            final int work = reader == null ? 0 : readUpTo(position + AHEAD_LENGTH, position);
            hasPaused = work == 0;
            pausedAt = position;
            return work;
        } catch (final IOException e) {
            // The journal notices by itself when its file is gone; the next file is tried again.
            LOG.debug("{} is not read ahead any more", current, e);
            closeFile();
            return 0;
        }
    }

    private void open(final File current, final long position) throws IOException {
        closeFile();
        next = position;
        pausedAt = position;
        pace = 0;
        reader = new PieceReader(current);
    }

    private int readUpTo(final long end, final long position) throws IOException {
        next = Math.max(next, position);
        if (next >= end) {
            return 0;
        }
        chunk.clear().limit((int) Math.min(CHUNK_LENGTH, end - next));
        // Beyond the file's end there is nothing until the queue makes it longer.
        final int read = reader.read(chunk, next);
        if (read <= 0) {
            return 0;
        }
        next += read;
        readBytes += read;
        return next - position < hurryLength() ? 1 : 0;
    }

    /**
     * Less than this ahead is read without a pause, the rest a piece at a time. It follows what is written: a fixed length that
     * serves two million records per second would, whenever the queue has made its file longer, keep a core from an event loop for
     * tens of milliseconds at a fiftieth of that rate.
     */
    private long hurryLength() {
        return Math.max(CHUNK_LENGTH, Math.min(HURRY_PAUSES * pace, AHEAD_LENGTH));
    }

    /** What it has read since it was made. */
    long readBytes() {
        return readBytes;
    }

    private void closeFile() {
        final PieceReader closing = reader;
        reader = null;
        if (closing != null) {
            try {
                closing.close();
            } catch (final IOException e) {
                LOG.debug("a file that was read ahead cannot be closed", e);
            }
        }
    }

    @Override
    public void onClose() {
        closeFile();
    }
}
