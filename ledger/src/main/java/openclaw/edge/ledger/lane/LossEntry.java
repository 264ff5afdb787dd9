package openclaw.edge.ledger.lane;

import static openclaw.edge.ledger.lane.LaneDescriptor.*;

import org.agrona.concurrent.UnsafeBuffer;

/**
 * Flyweight over an entry of a lane's loss table, on the journal's side: a snapshot of the numbers, and the tenant in
 * place. Totals only grow, so a snapshot taken while the event loop counts on is followed by a larger one.
 */
public final class LossEntry {
    private int at;
    private long lossId;
    private long requests;
    private long tokens;
    private long firstNs;
    private long lastNs;
    private int tenantLength;

    LossEntry() {}

    /** Reads the entry; false when it is free, all journaled, or just being used for something else. */
    boolean read(final UnsafeBuffer buffer, final int entryAt) {
        at = entryAt;
        lossId = buffer.getLongVolatile(at + LOSS_ID_OFFSET);
        requests = buffer.getLongVolatile(at + LOSS_REQUESTS_OFFSET);
        tokens = buffer.getLong(at + LOSS_TOKENS_OFFSET);
        firstNs = buffer.getLong(at + LOSS_FIRST_NS_OFFSET);
        lastNs = buffer.getLong(at + LOSS_LAST_NS_OFFSET);
        tenantLength = buffer.getInt(at + LOSS_TENANT_LENGTH_OFFSET);
        return lossId != 0
                && requests > buffer.getLong(at + LOSS_JOURNALED_OFFSET)
                && lossId == buffer.getLongVolatile(at + LOSS_ID_OFFSET);
    }

    static void markJournaled(final UnsafeBuffer buffer, final int entryAt, final long requests) {
        buffer.putLongRelease(entryAt + LOSS_JOURNALED_OFFSET, requests);
    }

    /**
     * Number within the lane.
     *
     * @return 1 or more
     */
    public long lossId() {
        return lossId;
    }

    /**
     * Responses served without a record.
     *
     * @return 1 or more
     */
    public long requests() {
        return requests;
    }

    /**
     * Tokens that they would have been charged.
     *
     * @return 0 or more
     */
    public long tokens() {
        return tokens;
    }

    /**
     * The first response.
     *
     * @return cycle time, nanoseconds since the Unix epoch
     */
    public long firstNs() {
        return firstNs;
    }

    /**
     * The last response.
     *
     * @return cycle time, nanoseconds since the Unix epoch
     */
    public long lastNs() {
        return lastNs;
    }

    /**
     * Where the tenant's id stands in the lane's buffer.
     *
     * @return offset
     */
    public int tenantAt() {
        return at + LOSS_TENANT_OFFSET;
    }

    /**
     * Bytes of the tenant's id.
     *
     * @return 0 for several tenants
     */
    public int tenantLength() {
        return tenantLength;
    }
}
