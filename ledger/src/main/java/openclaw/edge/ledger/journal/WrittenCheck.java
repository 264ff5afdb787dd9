package openclaw.edge.ledger.journal;

import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import openclaw.edge.ledger.record.RecordDescriptor;
import openclaw.edge.ledger.record.RecordRegion;

/**
 * Reads back what was appended, by read calls and not through the mapping, before anything relies on it.
 *
 * <p>The queue stores into mapped files. Where the disk has no room for a page, compiled code goes on without the store, and
 * the virtual machine throws its InternalError at some later point of the thread, measured a megabyte of stores later; where
 * the file was removed, nothing is thrown at all. So the lanes are told that records were taken over only after this check
 * has walked over their documents in the file that stands under its name.
 *
 * <p>Belongs to the journal thread. Allocates when a file is new, and once a second.
 */
final class WrittenCheck implements AutoCloseable {
    private static final int LENGTH_MASK = 0x3FFF_FFFF;
    private static final int METADATA = 1 << 30;
    private static final int HEADER_LENGTH = Integer.BYTES;
    private static final int CHUNK_LENGTH = RecordDescriptor.MAX_LENGTH + (256 << 10);

    /** Documents that may cover a page without beginning or ending in it are checked byte by byte. */
    private static final int WHOLE_FROM_LENGTH = 2048;

    private static final long IDENTITY_INTERVAL_NS = 1_000_000_000L;

    private final ByteBuffer bytes = ByteBuffer.allocateDirect(CHUNK_LENGTH).order(ByteOrder.LITTLE_ENDIAN);
    private final RecordRegion region = new RecordRegion(bytes);
    private File file;
    private FileChannel channel;
    private Object identity;
    private long identityAtNs;
    private long position;

    /** The file that is checked; null before {@link #begin}. */
    File file() {
        return file;
    }

    /** The file that is checked; after {@link #begin}. */
    Path path() {
        return file.toPath();
    }

    /**
     * Goes on with another file.
     *
     * @param current that the queue writes
     * @param from offset of the first document to be checked
     * @throws IOException when it cannot be opened
     */
    void begin(final File current, final long from) throws IOException {
        close();
        channel = FileChannel.open(current.toPath(), StandardOpenOption.READ);
        identity = identity(current);
        file = current;
        position = from;
    }

    private static Object identity(final File of) throws IOException {
        return Files.readAttributes(of.toPath(), BasicFileAttributes.class).fileKey();
    }

    /**
     * Walks from where the last check ended up to where the queue stands.
     *
     * @param to offset behind the last document appended
     * @throws LostFileException when something on the way is not there
     * @throws IOException when it cannot be read
     */
    void verify(final long to) throws IOException {
        if (file == null) {
            return;
        }
        // Costs a system call and, unlike the attributes, no memory.
        if (file.length() < to) {
            throw new LostFileException(
                    file + " has " + file.length() + " bytes, expected at least " + to + "; it was removed or cut");
        }
        final long nowNs = System.nanoTime();
        if (nowNs - identityAtNs >= IDENTITY_INTERVAL_NS) {
            identityAtNs = nowNs;
            if (!Objects.equals(identity, identity(file))) {
                throw new LostFileException(file + " was replaced by another file");
            }
        }
        while (position < to) {
            walk(to);
        }
    }

    private void walk(final long to) throws IOException {
        final long start = position;
        final int length = read(start, to);
        int at = 0;
        while (at + HEADER_LENGTH <= length) {
            final int header = bytes.getInt(at);
            if (header <= 0) {
                throw new LostFileException(file + " holds no document at " + (start + at) + ", header "
                        + Integer.toHexString(header) + ", where one was appended; the disk had no room for it");
            }
            final int content = header & LENGTH_MASK;
            final int next = at + HEADER_LENGTH + (content + 3 & ~3);
            if ((header & METADATA) == 0) {
                if (next > length) {
                    break;
                }
                if (content >= WHOLE_FROM_LENGTH && !region.isValid(at + HEADER_LENGTH, content)) {
                    throw new LostFileException(
                            file + ": the document at " + (start + at) + " is not what was appended");
                }
            }
            at = next;
        }
        if (at == 0) {
            throw new LostFileException(
                    file + ": the document at " + start + " goes beyond " + to + ", where the queue stands");
        }
        position = start + at;
    }

    private int read(final long from, final long to) throws IOException {
        // A channel that is read by a thread which was interrupted closes itself.
        final boolean interrupted = Thread.interrupted();
        bytes.clear().limit((int) Math.min(bytes.capacity(), to - from));
        while (bytes.hasRemaining()) {
            if (channel.read(bytes, from + bytes.position()) < 0) {
                throw new LostFileException(file + " ends at " + (from + bytes.position()) + ", expected " + to);
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        final int length = bytes.position();
        bytes.clear();
        return length;
    }

    @Override
    public void close() throws IOException {
        final FileChannel closing = channel;
        channel = null;
        file = null;
        if (closing != null) {
            closing.close();
        }
    }
}
