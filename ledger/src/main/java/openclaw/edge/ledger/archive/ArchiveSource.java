package openclaw.edge.ledger.archive;

import static openclaw.edge.ledger.archive.ArchiveDescriptor.*;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import openclaw.edge.ledger.record.RecordRegion;
import org.agrona.collections.LongArrayList;

/**
 * An archive's content, unpacked block by block as it is read. A block whose CRC does not agree reads as zeros, which a reader
 * names as a break, and goes on behind. Of an archive that was cut short, or whose end is damaged, the blocks are found from
 * the beginning, and a last byte that cannot be shows the reader that there should be more. Not thread-safe.
 */
public final class ArchiveSource implements RecordSource {
    private static final byte NOT_THE_END = -1;

    private final FileChannel channel;
    private final String name;
    private final WordDelta.Unpacker unpacker = new WordDelta.Unpacker();
    private final LongArrayList offsets = new LongArrayList();
    private final LongArrayList positions = new LongArrayList();
    private final ByteBuffer tail;
    private final long unpackedSize;
    private RecordRegion region;
    private ByteBuffer block;
    private int current = -1;

    private ArchiveSource(final Path file, final FileChannel channel) throws IOException {
        this.channel = channel;
        this.name = file.toString();
        final byte[] magic = bytes(0, MAGIC_LENGTH);
        if (magic == null || little(magic).getLong() != MAGIC) {
            throw new IOException(file + ": is no archive; expected a file that begins with EDGEARC1");
        }
        long size = readIndex();
        final boolean isWhole = size >= 0;
        if (!isWhole) {
            size = findBlocks();
        }
        unpackedSize = size;
        tail = isWhole
                ? ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(0, FILE_END)
                : ByteBuffer.allocate(1).put(0, NOT_THE_END);
    }

    /**
     * Opens an archive.
     *
     * @param file to read
     * @return its content
     * @throws IOException when it cannot be read, or is none
     */
    public static ArchiveSource open(final Path file) throws IOException {
        final FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
        try {
            return new ArchiveSource(file, channel);
        } catch (final IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /** Some bytes of the file, or null when it has not as many. */
    private byte[] bytes(final long at, final int length) throws IOException {
        if (at < 0 || length < 0 || at + length > channel.size()) {
            return null;
        }
        final byte[] array = new byte[length];
        final ByteBuffer bytes = ByteBuffer.wrap(array);
        while (bytes.hasRemaining()) {
            if (channel.read(bytes, at + bytes.position()) < 0) {
                throw new IOException(name + " became shorter while it was read");
            }
        }
        return array;
    }

    private static ByteBuffer little(final byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Takes the index; answers the unpacked size, or -1 when the end of the file is not as it was written. */
    private long readIndex() throws IOException {
        final long trailerAt = channel.size() - TRAILER_LENGTH;
        final byte[] end = bytes(trailerAt, TRAILER_LENGTH);
        if (end == null) {
            return -1;
        }
        final ByteBuffer trailer = little(end);
        if (trailer.getLong(TRAILER_MAGIC_OFFSET) != END_MAGIC) {
            return -1;
        }
        final long indexAt = trailer.getLong(TRAILER_INDEX_OFFSET);
        final long length = (long) trailer.getInt(TRAILER_BLOCKS_OFFSET) * INDEX_ENTRY_LENGTH;
        final long size = trailer.getLong(TRAILER_SIZE_OFFSET);
        if (indexAt < MAGIC_LENGTH || indexAt + length != trailerAt || length > Integer.MAX_VALUE || size < 0) {
            return -1;
        }
        final byte[] entries = bytes(indexAt, (int) length);
        if (entries == null || ArchiveWriter.crc(entries, 0, entries.length) != trailer.getInt(TRAILER_CRC_OFFSET)) {
            return -1;
        }
        final ByteBuffer index = little(entries);
        while (index.hasRemaining()) {
            offsets.addLong(index.getLong());
            positions.addLong(index.getLong());
        }
        return size;
    }

    /** Finds the blocks from the beginning, as far as their headers lead from one to the next. */
    private long findBlocks() throws IOException {
        offsets.clear();
        positions.clear();
        long at = MAGIC_LENGTH;
        long size = 0;
        for (byte[] found = block(at); found != null; found = block(at)) {
            offsets.addLong(at);
            positions.addLong(size);
            at += found.length;
            size += little(found).getInt(BLOCK_UNPACKED_OFFSET);
        }
        return size;
    }

    /** The whole block at an offset, header and all; null when none stands there as it was written. */
    private byte[] block(final long at) throws IOException {
        final byte[] header = bytes(at, BLOCK_HEADER_LENGTH);
        if (header == null) {
            return null;
        }
        final int packed = little(header).getInt(BLOCK_PACKED_OFFSET);
        final int unpacked = little(header).getInt(BLOCK_UNPACKED_OFFSET);
        if (packed <= 0 || packed > MAX_BLOCK_LENGTH || unpacked <= 0 || unpacked > MAX_BLOCK_LENGTH) {
            return null;
        }
        final byte[] whole = bytes(at, BLOCK_HEADER_LENGTH + packed);
        return whole != null
                        && ArchiveWriter.crc(whole, BLOCK_PACKED_OFFSET, whole.length)
                                == little(whole).getInt(BLOCK_CRC_OFFSET)
                ? whole
                : null;
    }

    @Override
    public long size() {
        return unpackedSize + tail.capacity();
    }

    @Override
    public int read(final ByteBuffer to, final long position) throws IOException {
        if (position >= size()) {
            return -1;
        }
        if (!to.hasRemaining()) {
            return 0;
        }
        final ByteBuffer from;
        final long start;
        if (position >= unpackedSize) {
            from = tail.duplicate();
            start = unpackedSize;
        } else {
            final int number = blockAt(position);
            load(number);
            from = block.duplicate();
            start = positions.getLong(number);
        }
        if (position - start >= from.limit()) {
            throw new IOException(name + ": its index names no block for position " + position);
        }
        from.position((int) (position - start));
        from.limit((int) Math.min(from.limit(), (long) from.position() + to.remaining()));
        final int length = from.remaining();
        to.put(from);
        return length;
    }

    private int blockAt(final long position) {
        int low = 0;
        int high = positions.size() - 1;
        while (low < high) {
            final int middle = (low + high + 1) >>> 1;
            if (positions.getLong(middle) <= position) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }

    private void load(final int number) throws IOException {
        if (number == current) {
            return;
        }
        current = -1;
        final long start = positions.getLong(number);
        final long end = number + 1 < positions.size() ? positions.getLong(number + 1) : unpackedSize;
        final int unpacked = (int) Math.min(Math.max(0, end - start), MAX_BLOCK_LENGTH);
        if (region == null || region.capacity() < unpacked) {
            block = ByteBuffer.allocateDirect(unpacked).order(ByteOrder.LITTLE_ENDIAN);
            region = new RecordRegion(block);
        }
        if (!unpack(offsets.getLong(number), unpacked)) {
            region.buffer().setMemory(0, unpacked, (byte) 0);
        }
        block.clear().limit(unpacked);
        current = number;
    }

    private boolean unpack(final long at, final int unpacked) throws IOException {
        final byte[] found = block(at);
        return found != null
                && little(found).getInt(BLOCK_UNPACKED_OFFSET) == unpacked
                && unpacker.unpack(found, BLOCK_HEADER_LENGTH, region, unpacked);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
