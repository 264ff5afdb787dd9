package openclaw.edge.ledger.lane;

import static openclaw.edge.ledger.lane.LaneDescriptor.*;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import openclaw.edge.ledger.record.Life;
import openclaw.edge.ledger.record.RecordRegion;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A lane's mapped file and its header. The mapping ends with the garbage collector, never by hand: a late store into
 * unmapped memory would take the process down.
 */
public final class LaneFile {
    private static final String MOVE_AWAY =
            " Put back what was there, or move the file away and start again: the node then recovers its other lanes, what"
                    + " this one held and the journal does not is lost, and 'journal verify' and 'finalize' name its life";

    /** Magic to the life's lower half: what says whose lane it is. */
    private static final int IDENTITY_LENGTH = LIFE_LOW_OFFSET + Long.BYTES;

    private final Path path;
    private final MappedByteBuffer mapped;
    private final UnsafeBuffer buffer;
    private final int slots;

    /** Of the header as it was when the file was mapped. */
    private Life life = Life.NONE;

    /** Null while the file is not locked. */
    private FileHold hold;

    private volatile boolean lost;

    private LaneFile(final Path path, final MappedByteBuffer mapped, final int slots) {
        this.path = path;
        this.mapped = mapped;
        this.buffer = new UnsafeBuffer(mapped, 0, mapped.capacity());
        this.slots = slots;
    }

    /**
     * Creates a lane's file, written out in full.
     *
     * @param path of the file; must not exist
     * @param origin whose lane it is
     * @param lane its number
     * @param slots of its ring, a power of two
     * @return the file, empty and complete
     * @throws IOException when the disk refuses it
     */
    public static LaneFile create(final Path path, final LaneOrigin origin, final int lane, final int slots)
            throws IOException {
        checkSlots(slots);
        final int length = fileLength(slots);
        try (FileChannel channel = FileChannel.open(
                path, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            final ByteBuffer zeros = ByteBuffer.allocateDirect(1 << 16);
            for (int written = 0; written < length; ) {
                zeros.clear().limit(Math.min(zeros.capacity(), length - written));
                written += channel.write(zeros, written);
            }
            final LaneFile file = new LaneFile(path, channel.map(FileChannel.MapMode.READ_WRITE, 0, length), slots);
            file.writeHeader(origin, lane);
            return file;
        }
    }

    /**
     * Opens the file of an earlier life.
     *
     * @param path of the file
     * @return the file, or null when its making was never completed, so that nothing was ever admitted to it
     * @throws IOException when it cannot be read, or is a lane of an unknown layout
     */
    public static LaneFile open(final Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            final long size = channel.size();
            if (size < HEADER_LENGTH) {
                return null;
            }
            final MappedByteBuffer mapped = channel.map(FileChannel.MapMode.READ_WRITE, 0, size);
            final UnsafeBuffer header = new UnsafeBuffer(mapped, 0, HEADER_LENGTH);
            if (header.getLongVolatile(MAGIC_OFFSET) == 0) {
                return null;
            }
            final int slots = header.getInt(SLOTS_OFFSET);
            if (header.getLong(MAGIC_OFFSET) != MAGIC || header.getInt(VERSION_OFFSET) != VERSION) {
                throw unreadable(path, header);
            }
            if (!isSlots(slots)) {
                throw new IOException(path + ": slots=" + slots + ", expected a power of two from " + MIN_SLOTS + " to "
                        + MAX_SLOTS + "; the file was overwritten." + MOVE_AWAY);
            }
            if (size != fileLength(slots)) {
                throw new IOException(path + ": " + size + " bytes, expected " + fileLength(slots) + " for " + slots
                        + " slots; the file was cut or added to." + MOVE_AWAY);
            }
            final LaneFile file = new LaneFile(path, mapped, slots);
            file.checkOrigin();
            return file;
        }
    }

    private void checkOrigin() throws IOException {
        final int lanes = buffer.getInt(LANES_OFFSET);
        final int nodeLength = buffer.getInt(NODE_LENGTH_OFFSET);
        if (lanes < 1
                || lanes > LaneOrigin.MAX_LANES
                || lane() < 0
                || lane() >= lanes
                || nodeLength < 0
                || nodeLength > MAX_NODE_LENGTH) {
            throw new IOException(
                    path + ": lane=" + lane() + " of lanes=" + lanes + " and a node's name of " + nodeLength
                            + " bytes, expected at most " + LaneOrigin.MAX_LANES + " lanes and " + MAX_NODE_LENGTH
                            + " bytes; the file was overwritten." + MOVE_AWAY);
        }
    }

    /** A layout of other releases, or no lane at all. */
    private static IOException unreadable(final Path path, final UnsafeBuffer header) {
        final long magic = header.getLong(MAGIC_OFFSET);
        final int version = header.getInt(VERSION_OFFSET);
        return new IOException(
                magic == MAGIC
                        ? path + ": version=" + version + ", expected version " + VERSION
                                + "; start the release that wrote it once, so that it drains, or move the file away:"
                                + " 'journal verify' and 'finalize' then name its life, and what the journal does not"
                                + " hold of it yet is lost"
                        : path + ": begins with 0x" + Long.toHexString(magic) + ", expected 0x"
                                + Long.toHexString(MAGIC) + " as every lane; the file was overwritten." + MOVE_AWAY);
    }

    private void writeHeader(final LaneOrigin origin, final int lane) {
        buffer.putInt(VERSION_OFFSET, VERSION);
        buffer.putInt(LANE_OFFSET, lane);
        buffer.putLong(LIFE_HIGH_OFFSET, origin.life().high());
        buffer.putLong(LIFE_LOW_OFFSET, origin.life().low());
        buffer.putLong(PREVIOUS_HIGH_OFFSET, origin.previous().high());
        buffer.putLong(PREVIOUS_LOW_OFFSET, origin.previous().low());
        buffer.putLong(GENERATION_OFFSET, origin.generation());
        buffer.putLong(STARTED_NS_OFFSET, origin.startedNs());
        buffer.putInt(SLOTS_OFFSET, slots);
        buffer.putInt(LANES_OFFSET, origin.lanes());
        buffer.putLong(BOOT_HIGH_OFFSET, origin.boot().high());
        buffer.putLong(BOOT_LOW_OFFSET, origin.boot().low());
        final byte[] node = origin.node().getBytes(StandardCharsets.UTF_8);
        buffer.putInt(NODE_LENGTH_OFFSET, node.length);
        buffer.putBytes(NODE_OFFSET, node);
        buffer.putInt(DURABILITY_OFFSET, origin.durability() == Durability.POWER ? 1 : 0);
        buffer.putLongRelease(MAGIC_OFFSET, MAGIC);
    }

    /**
     * Whose lane it is, from the header.
     *
     * @return life, predecessor, generation, start, boot, node
     */
    public LaneOrigin origin() {
        final byte[] node = new byte[Math.min(buffer.getInt(NODE_LENGTH_OFFSET), MAX_NODE_LENGTH)];
        buffer.getBytes(NODE_OFFSET, node);
        return new LaneOrigin(
                new Life(buffer.getLong(LIFE_HIGH_OFFSET), buffer.getLong(LIFE_LOW_OFFSET)),
                new Life(buffer.getLong(PREVIOUS_HIGH_OFFSET), buffer.getLong(PREVIOUS_LOW_OFFSET)),
                buffer.getLong(GENERATION_OFFSET),
                buffer.getLong(STARTED_NS_OFFSET),
                new Life(buffer.getLong(BOOT_HIGH_OFFSET), buffer.getLong(BOOT_LOW_OFFSET)),
                buffer.getInt(LANES_OFFSET),
                new String(node, StandardCharsets.UTF_8),
                buffer.getInt(DURABILITY_OFFSET) == 1 ? Durability.POWER : Durability.PROCESS);
    }

    /**
     * Locks the file, so that no other process takes it for a dead one's.
     *
     * @return false when another process has it
     * @throws IOException when the file is not there any more
     */
    boolean lock() throws IOException {
        life = origin().life();
        hold = FileHold.take(path);
        return hold != null;
    }

    /**
     * Gives the lock up. The mapping stays.
     *
     * @throws IOException when that fails
     */
    void unlock() throws IOException {
        final FileHold held = hold;
        hold = null;
        if (held != null) {
            held.close();
        }
    }

    /**
     * Returns when all that was stored in it until now survives a loss of power.
     *
     * @param disk that is asked
     * @throws IOException when the disk fails
     */
    public void force(final DurableDisk disk) throws IOException {
        disk.force(path, hold == null ? null : hold.channel());
    }

    /**
     * Whether the path still names the file that was locked.
     *
     * @return false when it was removed or replaced
     * @throws IOException when nobody can tell
     */
    public boolean isInPlace() throws IOException {
        return hold.isInPlace();
    }

    /**
     * Looks what has become of the content of the locked file. Where it was cut it is made as long as it was, with holes: what
     * still touches it does not fault. Where anything of it was lost its magic is taken away.
     *
     * @return what was found, or null when all is there
     * @throws IOException when nobody can tell
     */
    public String lookForLoss() throws IOException {
        final FileChannel channel = hold.channel();
        final boolean interrupted = Thread.interrupted();
        try {
            final long length = channel.size();
            if (length < mapped.capacity()) {
                channel.write(ByteBuffer.allocate(1), mapped.capacity() - 1L);
                spoil();
                return "is " + length + " bytes long, expected " + mapped.capacity();
            }
            // Not from the mapping, which would fault if the file were cut right now.
            final ByteBuffer bytes = ByteBuffer.allocate(IDENTITY_LENGTH).order(ByteOrder.nativeOrder());
            channel.read(bytes, 0);
            final UnsafeBuffer header = new UnsafeBuffer(bytes.array());
            final Life life = new Life(header.getLong(LIFE_HIGH_OFFSET), header.getLong(LIFE_LOW_OFFSET));
            if (header.getLong(MAGIC_OFFSET) == MAGIC && life.equals(this.life)) {
                return null;
            }
            spoil();
            return "was overwritten: it begins with 0x" + Long.toHexString(header.getLong(MAGIC_OFFSET)) + " and life "
                    + life + ", expected 0x" + Long.toHexString(MAGIC) + " and life " + this.life;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** From here on it is no lane: whoever comes next must not take what is left for all that there was. */
    private void spoil() throws IOException {
        lost = true;
        hold.channel().write(ByteBuffer.allocate(Long.BYTES), MAGIC_OFFSET);
    }

    /**
     * Whether its content was cut off or overwritten while this process had it.
     *
     * @return true from when that was found
     */
    public boolean isLost() {
        return lost;
    }

    /** Whether anything was ever admitted to it. */
    boolean isUsed() {
        for (int slot = 0; slot < slots; slot++) {
            if (buffer.getLong(HEADER_LENGTH + slot * SLOT_LENGTH + SLOT_SEQUENCE_OFFSET) != 0
                    || buffer.getInt(openOffset(slots) + slot * OPEN_LENGTH + OPEN_PHASE_OFFSET) != 0) {
                return true;
            }
        }
        return false;
    }

    /**
     * Where it is.
     *
     * @return the path it was created or opened with
     */
    public Path path() {
        return path;
    }

    /**
     * Number of the lane in its life.
     *
     * @return 0 or more
     */
    public int lane() {
        return buffer.getInt(LANE_OFFSET);
    }

    /**
     * Slots of the ring, and of the open table.
     *
     * @return a power of two
     */
    public int slots() {
        return slots;
    }

    /**
     * The whole file as memory, for one thread.
     *
     * @return a new region
     */
    public RecordRegion region() {
        return new RecordRegion(mapped);
    }

    /**
     * Highest sequence that the consumer took over, with acquire.
     *
     * @return 0 before the first
     */
    public long consumed() {
        return buffer.getLongVolatile(CONSUMED_OFFSET);
    }

    /**
     * Stores the highest sequence that the consumer took over, with release.
     *
     * @param sequence not below the one stored
     */
    public void consumed(final long sequence) {
        buffer.putLongRelease(CONSUMED_OFFSET, sequence);
    }

    /**
     * The highest sequence that may have been given before power was lost.
     *
     * @return 0 before the recovery has decided
     */
    long ceiling() {
        return buffer.getLongVolatile(CEILING_OFFSET);
    }

    void ceiling(final long sequence) {
        buffer.putLongRelease(CEILING_OFFSET, sequence);
    }

    /**
     * Whether the life's OPEN record was appended.
     *
     * @return true once it was
     */
    public boolean isOpened() {
        return buffer.getLongVolatile(OPENED_OFFSET) != 0;
    }

    /** Notes that the life's OPEN record was appended. */
    public void markOpened() {
        buffer.putLongRelease(OPENED_OFFSET, 1);
    }

    /**
     * Whether the life's CLOSE record was appended, with everything before it.
     *
     * @return true once it was
     */
    public boolean isClosed() {
        return buffer.getLongVolatile(CLOSED_OFFSET) != 0;
    }

    /** Notes that the life's CLOSE record was appended, with everything before it. */
    public void markClosed() {
        buffer.putLongRelease(CLOSED_OFFSET, 1);
    }
}
