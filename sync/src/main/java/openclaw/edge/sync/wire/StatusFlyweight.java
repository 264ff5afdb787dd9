package openclaw.edge.sync.wire;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import org.agrona.concurrent.UnsafeBuffer;

/**
 * A STATUS frame: what a node says of itself now and then. Reusable. What a {@link FrameHandler} receives is valid during
 * the call. Not thread-safe.
 */
public final class StatusFlyweight {

    static final int LENGTH_BYTES = 2 * Byte.BYTES + 2 * Short.BYTES + 5 * Long.BYTES;

    private int flags;
    private int policy;
    private int counted;
    private int reached;
    private long wallClockMs;
    private long viewHash;
    private long countedHash;
    private long configurationHash;
    private long catalogHash;

    /** A status to be filled. */
    public StatusFlyweight() {}

    /**
     * Sets how it is.
     *
     * @param newFlags 0 to 255, meaning given by membership (ready, has state).
     * @param newPolicy 0 to 255, of the cluster in a partition.
     * @return this.
     */
    public StatusFlyweight state(final int newFlags, final int newPolicy) {
        flags = newFlags;
        policy = newPolicy;
        return this;
    }

    /**
     * Sets its members.
     *
     * @param newCounted N, 0 to 65,535.
     * @param newReached k, 0 to 65,535.
     * @param newViewHash of its view of the members.
     * @param newCountedHash of the names that it counts.
     * @return this.
     */
    public StatusFlyweight members(
            final int newCounted, final int newReached, final long newViewHash, final long newCountedHash) {
        counted = newCounted;
        reached = newReached;
        viewHash = newViewHash;
        countedHash = newCountedHash;
        return this;
    }

    /**
     * Sets its cycle time, by which peers export their skew.
     *
     * @param newWallClockMs milliseconds since the Unix epoch.
     * @return this.
     */
    public StatusFlyweight wallClockMs(final long newWallClockMs) {
        wallClockMs = newWallClockMs;
        return this;
    }

    /**
     * Sets the hashes of its files.
     *
     * @param newConfigurationHash of the configuration.
     * @param newCatalogHash of the catalog.
     * @return this.
     */
    public StatusFlyweight hashes(final long newConfigurationHash, final long newCatalogHash) {
        configurationHash = newConfigurationHash;
        catalogHash = newCatalogHash;
        return this;
    }

    /** As given by membership, 0 to 255; bits unknown here are to be ignored. */
    public int flags() {
        return flags;
    }

    /** Policy in a partition, 0 to 255; another version may send values unknown here. */
    public int policy() {
        return policy;
    }

    /** N, 0 to 65,535. */
    public int counted() {
        return counted;
    }

    /** k, 0 to 65,535. */
    public int reached() {
        return reached;
    }

    /** Cycle time at the sender when it was sent, milliseconds since the Unix epoch; any value. */
    public long wallClockMs() {
        return wallClockMs;
    }

    /** Hash of the view of the members. */
    public long viewHash() {
        return viewHash;
    }

    /** Hash of the names that are counted. */
    public long countedHash() {
        return countedHash;
    }

    /** Hash of the configuration. */
    public long configurationHash() {
        return configurationHash;
    }

    /** Hash of the catalog. */
    public long catalogHash() {
        return catalogHash;
    }

    void encode(final UnsafeBuffer buffer, final int start) {
        int at = start;
        buffer.putByte(at++, (byte) flags);
        buffer.putByte(at++, (byte) policy);
        buffer.putShort(at, (short) counted, LITTLE_ENDIAN);
        at += Short.BYTES;
        buffer.putShort(at, (short) reached, LITTLE_ENDIAN);
        at += Short.BYTES;
        buffer.putLong(at, wallClockMs, LITTLE_ENDIAN);
        at += Long.BYTES;
        buffer.putLong(at, viewHash, LITTLE_ENDIAN);
        at += Long.BYTES;
        buffer.putLong(at, countedHash, LITTLE_ENDIAN);
        at += Long.BYTES;
        buffer.putLong(at, configurationHash, LITTLE_ENDIAN);
        at += Long.BYTES;
        buffer.putLong(at, catalogHash, LITTLE_ENDIAN);
    }

    void decode(final ReadCursor cursor) {
        flags = cursor.unsignedByte();
        policy = cursor.unsignedByte();
        counted = cursor.unsignedShort();
        reached = cursor.unsignedShort();
        wallClockMs = cursor.longValue();
        viewHash = cursor.longValue();
        countedHash = cursor.longValue();
        configurationHash = cursor.longValue();
        catalogHash = cursor.longValue();
    }
}
