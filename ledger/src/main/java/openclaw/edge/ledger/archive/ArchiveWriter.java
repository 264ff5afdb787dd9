package openclaw.edge.ledger.archive;

import static openclaw.edge.ledger.archive.ArchiveDescriptor.*;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.zip.CRC32C;
import openclaw.edge.catalog.Sha256;
import openclaw.edge.ledger.record.RecordDescriptor;
import org.agrona.collections.LongArrayList;
import org.agrona.concurrent.UnsafeBuffer;

/** Writes an archive: the records that it is given, in that order. Layout: {@link ArchiveDescriptor}. Not thread-safe. */
public final class ArchiveWriter implements Closeable {
    private final FileChannel channel;
    private final MessageDigest sha256 = Sha256.digest();
    private final WordDelta delta = new WordDelta();
    private final LongArrayList index = new LongArrayList();
    private long written;
    private long unpacked;
    private int blockUnpacked;

    /**
     * Begins an archive.
     *
     * @param file written from its beginning
     * @throws IOException when it cannot be written
     */
    public ArchiveWriter(final Path file) throws IOException {
        channel = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE);
        delta.reset();
        final byte[] magic = new byte[MAGIC_LENGTH];
        little(magic).putLong(MAGIC);
        put(magic);
    }

    private static ByteBuffer little(final byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    /**
     * Appends a record.
     *
     * @param buffer that holds it, its CRC set
     * @param at offset of its header
     * @throws IOException when the disk refuses it
     */
    public void append(final UnsafeBuffer buffer, final int at) throws IOException {
        final int document =
                Integer.BYTES + buffer.getInt(at + RecordDescriptor.LENGTH_OFFSET, ByteOrder.LITTLE_ENDIAN);
        if (blockUnpacked > 0 && blockUnpacked + document > BLOCK_LENGTH) {
            endBlock();
        }
        delta.pack(buffer, at);
        blockUnpacked += document;
    }

    private void endBlock() throws IOException {
        index.addLong(written);
        index.addLong(unpacked);
        final byte[] block = new byte[BLOCK_HEADER_LENGTH + delta.length()];
        little(block)
                .putInt(0)
                .putInt(delta.length())
                .putInt(blockUnpacked)
                .putInt(0)
                .put(delta.packed(), 0, delta.length());
        little(block).putInt(BLOCK_CRC_OFFSET, crc(block, BLOCK_PACKED_OFFSET, block.length));
        put(block);
        unpacked += blockUnpacked;
        blockUnpacked = 0;
        delta.reset();
    }

    static int crc(final byte[] bytes, final int from, final int to) {
        final CRC32C crc = new CRC32C();
        crc.update(bytes, from, to - from);
        return (int) crc.getValue();
    }

    private void put(final byte[] bytes) throws IOException {
        sha256.update(bytes);
        written += bytes.length;
        final ByteBuffer whole = ByteBuffer.wrap(bytes);
        while (whole.hasRemaining()) {
            channel.write(whole);
        }
    }

    /**
     * Ends the archive; it survives a loss of power then, its name not yet.
     *
     * @return SHA-256 of all its bytes
     * @throws IOException when the disk refuses it
     */
    public byte[] end() throws IOException {
        if (blockUnpacked > 0) {
            endBlock();
        }
        final long indexAt = written;
        final byte[] entries = new byte[index.size() * Long.BYTES];
        final ByteBuffer words = little(entries);
        index.forEachOrderedLong(words::putLong);
        put(entries);
        final byte[] trailer = new byte[TRAILER_LENGTH];
        little(trailer)
                .putLong(indexAt)
                .putLong(unpacked)
                .putInt(index.size() / 2)
                .putInt(crc(entries, 0, entries.length))
                .putLong(END_MAGIC);
        put(trailer);
        channel.force(true);
        return sha256.digest();
    }

    /**
     * How long it is so far.
     *
     * @return bytes
     */
    public long lengthBytes() {
        return written;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
