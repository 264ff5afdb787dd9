package openclaw.edge.crdt;

import static openclaw.edge.crdt.TableHeaderDescriptor.*;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import org.agrona.IoUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The mapped file of a table: made whole or not at all, locked against a second process, refused if it is another's.
 */
final class SlotFile implements AutoCloseable {

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int WRITE_LENGTH_BYTES = 1 << 20;

    private final TableConfig config;
    private final int kind;
    private final FileChannel channel;
    private final FileLock lock;
    private final MappedByteBuffer mapped;
    private final UnsafeBuffer buffer;

    private final TableCopy copy = new TableCopy();

    /** Stands in the file's header while this process has it, another number from each {@link #mark} to the next. */
    private long opened = RANDOM.nextLong() | 1;

    private final StandIn standIn;

    /** Whether the memory is left to the collector: some thread may still be within. */
    private volatile boolean isLeftMapped;

    private SlotFile(
            final TableConfig config,
            final int kind,
            final FileChannel channel,
            final FileLock lock,
            final MappedByteBuffer mapped)
            throws IOException {
        this.config = config;
        this.kind = kind;
        this.channel = channel;
        this.lock = lock;
        this.mapped = mapped;
        this.buffer = new UnsafeBuffer(mapped);
        this.standIn = new StandIn(config.file());
        buffer.putLongVolatile(OPENED_OFFSET, opened);
    }

    /** Where the table lies. */
    Path path() {
        return config.file();
    }

    /** What has become of the mapped file's content, or null if it is there. */
    String lost() throws IOException {
        final long length = channel.size();
        if (length < mapped.capacity()) {
            return "is " + length + " bytes long, expected " + mapped.capacity();
        }
        // Not from the mapping, which would fault if the file were cut right now.
        final ByteBuffer word = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        while (word.hasRemaining()) {
            if (channel.read(word, OPENED_OFFSET + word.position()) < 0) {
                return "is " + channel.size() + " bytes long, expected " + mapped.capacity();
            }
        }
        return word.getLong(0) == opened
                ? null
                : "was overwritten: its header names 0x" + Long.toHexString(word.getLong(0))
                        + " as who has it open, expected 0x" + Long.toHexString(opened);
    }

    /**
     * Has the header name another number: of a file that was copied before, and is written over this one, {@link #lost} tells
     * then, since it names an earlier one. By a write, not through the mapping, which would fault if the file were cut right now.
     */
    void mark() throws IOException {
        opened += 2;
        final ByteBuffer word = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        word.putLong(0, opened);
        while (word.hasRemaining()) {
            channel.write(word, OPENED_OFFSET + word.position());
        }
    }

    /**
     * Keeps a copy of what the file holds now, beside the mapping.
     *
     * @param end where the slots end that were ever in use.
     * @param tail where the overflow blocks begin.
     * @return false if the file is lost: the copy stays as it was.
     */
    boolean keepCopy(final int end, final int tail) throws IOException {
        if (!copy.read(channel, end, tail, mapped.capacity()) || lost() != null) {
            return false;
        }
        copy.keep();
        return true;
    }

    /** Whether there is a copy. */
    boolean hasCopy() {
        return copy.isAny();
    }

    /** See {@link StandIn#isMisplaced}. */
    boolean isMisplaced() {
        return standIn.isMisplaced();
    }

    /**
     * Makes the mapped file as long as it was: with holes, which read as zero. From now on {@link #close} does not unmap it:
     * threads that a fault has torn out of what they did are not known to have left.
     */
    void lengthen() throws IOException {
        isLeftMapped = true;
        if (channel.size() < mapped.capacity()) {
            channel.write(ByteBuffer.allocate(1), mapped.capacity() - 1L);
        }
    }

    /**
     * Puts a file under the table's name, of which the next process begins.
     *
     * @param content what it holds.
     * @param nowNs nanoseconds since the Unix epoch.
     * @return false if another process holds the file that stands there, be it the one that was just put there.
     */
    boolean standIn(final StandIn.Content content, final long nowNs) throws IOException {
        return standIn.put(() -> {
            if (content == StandIn.Content.MEMORY) {
                standIn.write(mapped);
            } else {
                final boolean isEmpty = content == StandIn.Content.EMPTY;
                create(config, kind, nowNs, isEmpty, content == StandIn.Content.COPY ? copy : null);
            }
        });
    }

    /** Writes what the memory holds under the table's name, unless another process holds what stands there. */
    void writeBackInPlace() throws IOException {
        standIn.end(mapped);
    }

    /** The whole file. */
    UnsafeBuffer buffer() {
        return buffer;
    }

    static SlotFile open(final TableConfig config, final int kind, final long nowNs) {
        try {
            if (!Files.exists(config.file())) {
                create(config, kind, nowNs, false, null);
            }
            return map(config, kind);
        } catch (final IOException e) {
            throw new TableException(
                    config.file() + ": cannot be opened (" + e + "); its directory must exist, be writable and have "
                            + fileLengthBytes(DIRECTORY_ENTRIES, config.slots(), config.overflowBlocks())
                            + " bytes free",
                    e);
        }
    }

    /** Written beside its place and then moved there: a file of that name is always whole. */
    private static void create(
            final TableConfig config, final int kind, final long nowNs, final boolean isEmpty, final TableCopy copy)
            throws IOException {
        final Path making = StandIn.making(config.file());
        try (FileChannel out = FileChannel.open(
                making, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            final long length = fileLengthBytes(DIRECTORY_ENTRIES, config.slots(), config.overflowBlocks());
            final ByteBuffer zeros = ByteBuffer.allocateDirect(WRITE_LENGTH_BYTES);
            for (long written = 0; written < length; ) {
                zeros.clear().limit((int) Math.min(WRITE_LENGTH_BYTES, length - written));
                written += out.write(zeros, written);
            }
            if (copy == null) {
                writeHeader(out, config, kind, nowNs, isEmpty);
            } else {
                copy.write(out);
            }
            out.force(true);
        }
        Files.move(making, config.file(), StandardCopyOption.ATOMIC_MOVE);
    }

    private static void writeHeader(
            final FileChannel out, final TableConfig config, final int kind, final long nowNs, final boolean isEmpty)
            throws IOException {
        final ByteBuffer header = ByteBuffer.allocateDirect(HEADER_LENGTH_BYTES);
        writeHeader(new UnsafeBuffer(header), config, kind, DIRECTORY_ENTRIES, nowNs);
        if (isEmpty) {
            StartLevel.writeEmpty(new UnsafeBuffer(header), VirtualTime.START_UNITS, 0);
        }
        while (header.hasRemaining()) {
            out.write(header, header.position());
        }
    }

    static void writeHeader(
            final UnsafeBuffer header,
            final TableConfig config,
            final int kind,
            final int directoryEntries,
            final long nowNs) {
        final boolean given = (config.hashKeyHigh() | config.hashKeyLow()) != 0;
        header.putLong(MAGIC_OFFSET, MAGIC);
        header.putInt(LAYOUT_VERSION_OFFSET, LAYOUT_VERSION);
        header.putInt(KIND_OFFSET, kind);
        header.putInt(SLOTS_OFFSET, config.slots());
        header.putInt(BLOCKS_OFFSET, config.overflowBlocks());
        header.putInt(SLOT_LENGTH_OFFSET, BucketSlotDescriptor.SLOT_LENGTH_BYTES);
        header.putInt(DIRECTORY_OFFSET, directoryEntries);
        header.putLong(HASH_KEY_HIGH_OFFSET, given ? config.hashKeyHigh() : RANDOM.nextLong());
        header.putLong(HASH_KEY_LOW_OFFSET, given ? config.hashKeyLow() : RANDOM.nextLong());
        header.putLong(EPOCH_OFFSET, nowNs);
        header.putLong(INCARNATION_OFFSET, RANDOM.nextLong() | 1);
        header.putLong(INCARNATION_INDEX_OFFSET, 1);
        header.putLong(NEXT_GENERATION_OFFSET, 1);
        header.putLong(NEXT_VERSION_OFFSET, 1);
        ClockCells.write(header, nowNs, VirtualTime.START_UNITS, 0);
    }

    private static SlotFile map(final TableConfig config, final int kind) throws IOException {
        final FileChannel channel = FileChannel.open(config.file(), StandardOpenOption.READ, StandardOpenOption.WRITE);
        final FileLock lock = lock(channel, config.file());
        boolean opened = false;
        try {
            final long length = channel.size();
            if (length < HEADER_LENGTH_BYTES) {
                throw refused(config, "is " + length + " bytes long, a table has at least " + HEADER_LENGTH_BYTES);
            }
            final ByteBuffer header = ByteBuffer.allocateDirect(HEADER_LENGTH_BYTES);
            int read = 0;
            while (header.hasRemaining() && read >= 0) {
                read = channel.read(header, header.position());
            }
            check(new UnsafeBuffer(header), config, kind, length);
            final SlotFile file =
                    new SlotFile(config, kind, channel, lock, channel.map(FileChannel.MapMode.READ_WRITE, 0, length));
            opened = true;
            return file;
        } finally {
            if (!opened) {
                channel.close();
            }
        }
    }

    private static FileLock lock(final FileChannel channel, final Path file) throws IOException {
        FileLock lock = null;
        try {
            lock = channel.tryLock();
        } catch (final OverlappingFileLockException e) {
            throw new TableException(file + ": is open in this process already; open a table once", e);
        } finally {
            if (lock == null) {
                channel.close();
            }
        }
        if (lock == null) {
            throw new TableException(
                    file + ": is in use by another process; stop that one, or give this one another data directory");
        }
        return lock;
    }

    private static void check(
            final UnsafeBuffer header, final TableConfig config, final int kind, final long lengthBytes) {
        if (header.getLong(MAGIC_OFFSET) != MAGIC) {
            throw refused(
                    config,
                    "begins with 0x" + Long.toHexString(header.getLong(MAGIC_OFFSET)) + ", a table with 0x"
                            + Long.toHexString(MAGIC));
        }
        if (header.getInt(LAYOUT_VERSION_OFFSET) != LAYOUT_WITHOUT_FLOORS) {
            expect(config, "layout version", header.getInt(LAYOUT_VERSION_OFFSET), LAYOUT_VERSION);
        }
        expect(config, "kind", header.getInt(KIND_OFFSET), kind);
        expect(config, "slot length", header.getInt(SLOT_LENGTH_OFFSET), BucketSlotDescriptor.SLOT_LENGTH_BYTES);
        expect(config, "slots", header.getInt(SLOTS_OFFSET), config.slots());
        expect(config, "overflow blocks", header.getInt(BLOCKS_OFFSET), config.overflowBlocks());
        expect(config, "directory entries", header.getInt(DIRECTORY_OFFSET), DIRECTORY_ENTRIES);
        expect(
                config,
                "length in bytes",
                lengthBytes,
                fileLengthBytes(DIRECTORY_ENTRIES, config.slots(), config.overflowBlocks()));
        final boolean given = (config.hashKeyHigh() | config.hashKeyLow()) != 0;
        if (given
                && (header.getLong(HASH_KEY_HIGH_OFFSET) != config.hashKeyHigh()
                        || header.getLong(HASH_KEY_LOW_OFFSET) != config.hashKeyLow())) {
            throw refused(config, "was made with another secret (hash key) than the one configured");
        }
    }

    private static void expect(final TableConfig config, final String what, final long found, final long expected) {
        if (found != expected) {
            throw refused(config, "has " + what + " " + found + ", expected " + expected);
        }
    }

    private static TableException refused(final TableConfig config, final String what) {
        return new TableException(config.file() + ": " + what
                + "; configure what the file was made with, or move the file away and start with a new one");
    }

    @Override
    public void close() {
        if (!isLeftMapped) {
            IoUtil.unmap(mapped);
        }
        try {
            standIn.close();
            lock.release();
            channel.close();
        } catch (final IOException e) {
            throw new TableException("cannot close: " + e, e);
        }
    }
}
