package openclaw.edge.ledger.record;

import static openclaw.edge.ledger.record.ControlRecordDescriptor.*;

import org.agrona.concurrent.UnsafeBuffer;

/**
 * Flyweight over a CATALOG record: from here on the node decided by this catalog version. Layout:
 * {@link ControlRecordDescriptor}. Not thread-safe.
 */
public final class CatalogRecord extends RecordFlyweight {
    /** A flyweight over nothing yet. */
    public CatalogRecord() {
        super(RecordType.CATALOG);
    }

    /**
     * Length of every CATALOG record.
     *
     * @return bytes
     */
    public static int lengthOf() {
        return CATALOG_LENGTH;
    }

    /**
     * Writes a whole record but its CRC.
     *
     * @param to memory to hold it
     * @param at offset of its header
     * @param life of the node
     * @param timeNs cycle time
     * @param sha256 of the catalog's bytes, 32 bytes
     * @return this
     */
    public CatalogRecord begin(
            final UnsafeBuffer to, final int at, final Life life, final long timeNs, final byte[] sha256) {
        if (sha256.length != SHA256_LENGTH) {
            throw new IllegalArgumentException("sha256 has " + sha256.length + " bytes, expected " + SHA256_LENGTH);
        }
        begin(to, at, CATALOG_LENGTH);
        identity(life.high(), life.low(), RecordDescriptor.NO_LANE);
        longAt(TIME_NS_OFFSET, timeNs);
        buffer.putBytes(offset + CATALOG_SHA256_OFFSET, sha256);
        return this;
    }

    /**
     * When the version came into force.
     *
     * @return cycle time, nanoseconds since the Unix epoch
     */
    public long timeNs() {
        return longAt(TIME_NS_OFFSET);
    }

    /**
     * SHA-256 of the catalog's bytes; allocates.
     *
     * @return 32 bytes
     */
    public byte[] sha256() {
        final byte[] sha256 = new byte[SHA256_LENGTH];
        buffer.getBytes(offset + CATALOG_SHA256_OFFSET, sha256);
        return sha256;
    }
}
