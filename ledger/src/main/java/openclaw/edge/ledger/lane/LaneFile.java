package openclaw.edge.ledger.lane;

import static openclaw.edge.ledger.lane.LaneDescriptor.*;

import java.io.IOException;
import java.nio.ByteBuffer;
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
    private final Path path;
    private final MappedByteBuffer mapped;
    private final UnsafeBuffer buffer;
    private final int slots;

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
                throw new IOException(path + ": magic=" + Long.toHexString(header.getLong(MAGIC_OFFSET)) + " version="
                        + header.getInt(VERSION_OFFSET) + ", expected version " + VERSION
                        + " of this layout; start the release that wrote it once, so that it drains");
            }
            checkSlots(slots);
            if (size != fileLength(slots)) {
                throw new IOException(path + ": " + size + " bytes, expected " + fileLength(slots) + " for " + slots
                        + " slots; the file was cut");
            }
            return new LaneFile(path, mapped, slots);
        }
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
