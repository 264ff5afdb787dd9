package openclaw.edge.ledger.archive;

/**
 * Layout of an archive, little-endian. Its content, unpacked, is what a file of the queue would hold: documents of one record
 * each, and the mark that ends a file. The same records give the same bytes everywhere: no compression library takes part.
 *
 * <pre>
 *   file       0: magic "EDGEARC1" | block | block | .. | index | trailer
 *
 *   block      0: CRC32C of what follows in the block    4: packed length    8: unpacked length    12: zero
 *             16: packed documents, whole ones
 *
 *   index      per block: offset in the file 8 | unpacked position 8
 *
 *   trailer    0: offset of the index 8 | 8: unpacked size without the mark 8 | 16: blocks 4 | 20: CRC32C of the index 4
 *             24: magic "EDGEARCE"
 * </pre>
 */
final class ArchiveDescriptor {
    static final long MAGIC = 0x3143_5241_4547_4445L;
    static final long END_MAGIC = 0x4543_5241_4547_4445L;
    static final int MAGIC_LENGTH = Long.BYTES;

    static final int BLOCK_CRC_OFFSET = 0;
    static final int BLOCK_PACKED_OFFSET = 4;
    static final int BLOCK_UNPACKED_OFFSET = 8;
    static final int BLOCK_HEADER_LENGTH = 16;

    static final int INDEX_ENTRY_LENGTH = 2 * Long.BYTES;

    static final int TRAILER_INDEX_OFFSET = 0;
    static final int TRAILER_SIZE_OFFSET = 8;
    static final int TRAILER_BLOCKS_OFFSET = 16;
    static final int TRAILER_CRC_OFFSET = 20;
    static final int TRAILER_MAGIC_OFFSET = 24;
    static final int TRAILER_LENGTH = 32;

    /** Unpacked documents of a block take this much at most, but for one that is longer alone. */
    static final int BLOCK_LENGTH = 128 << 10;

    /** No block unpacks to more: one record of the greatest length is far below. */
    static final int MAX_BLOCK_LENGTH = 4 << 20;

    /** The document that ends a file of the queue. */
    static final long FILE_END = 0x464F_45C3_C000_0000L;

    private ArchiveDescriptor() {}
}
