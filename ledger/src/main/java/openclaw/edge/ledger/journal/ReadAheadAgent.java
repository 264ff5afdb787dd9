package openclaw.edge.ledger.journal;

import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
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
    private static final int CHUNK_LENGTH = 128 << 10;

    /**
     * Less than this ahead is read without a pause, the rest a piece at a time: reading all of it at once, when the queue has made
     * its file longer, would keep a core from an event loop for tens of milliseconds, since the kernel is not interrupted meanwhile.
     */
    static final long HURRY_LENGTH = AHEAD_LENGTH / 4;

    private final AppendPoint point;
    private final ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK_LENGTH);
    private int openedGeneration;
    private FileChannel channel;
    private long next;
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
            return channel == null ? 0 : readUpTo(position + AHEAD_LENGTH, position);
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
        channel = FileChannel.open(current.toPath(), StandardOpenOption.READ);
    }

    private int readUpTo(final long end, final long position) throws IOException {
        next = Math.max(next, position);
        if (next >= end) {
            return 0;
        }
        chunk.clear().limit((int) Math.min(CHUNK_LENGTH, end - next));
        // Beyond the file's end there is nothing until the queue makes it longer.
        final int read = channel.read(chunk, next);
        if (read <= 0) {
            return 0;
        }
        next += read;
        readBytes += read;
        return next - position < HURRY_LENGTH ? 1 : 0;
    }

    /** What it has read since it was made. */
    long readBytes() {
        return readBytes;
    }

    private void closeFile() {
        final FileChannel closing = channel;
        channel = null;
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
