package openclaw.edge.ledger.record;

import static openclaw.edge.ledger.record.ControlRecordDescriptor.*;

import org.agrona.concurrent.UnsafeBuffer;

/**
 * Flyweight over a LOSS record: responses served without a usage record. Totals so far of one (life, lane, loss id); of
 * several records with that identity the one with the most requests counts. Layout: {@link ControlRecordDescriptor}. Not
 * thread-safe.
 */
public final class LossRecord extends RecordFlyweight {
    /** A flyweight over nothing yet. */
    public LossRecord() {
        super(RecordType.LOSS);
    }

    /**
     * Length of every LOSS record.
     *
     * @return bytes
     */
    public static int lengthOf() {
        return LOSS_LENGTH;
    }

    /**
     * Begins a record but its fields and CRC.
     *
     * @param to memory to hold it
     * @param at offset of its header
     * @param life that served the responses
     * @param lane of the life
     * @param lossId number within the lane, 1 or more
     * @return this
     */
    public LossRecord begin(final UnsafeBuffer to, final int at, final Life life, final int lane, final long lossId) {
        begin(to, at, LOSS_LENGTH);
        identity(life.high(), life.low(), lane);
        longAt(LOSS_ID_OFFSET, lossId);
        return this;
    }

    /**
     * Sets the time range.
     *
     * @param firstNs first response in cycle time, nanoseconds since the Unix epoch
     * @param lastNs last one
     * @return this
     */
    public LossRecord range(final long firstNs, final long lastNs) {
        longAt(LOSS_FIRST_NS_OFFSET, firstNs);
        longAt(LOSS_LAST_NS_OFFSET, lastNs);
        return this;
    }

    /**
     * Sets what was served.
     *
     * @param tenantId name id, or 0 for several tenants
     * @param requests responses served
     * @param tokens that they would have been charged
     * @return this
     */
    public LossRecord served(final long tenantId, final long requests, final long tokens) {
        longAt(LOSS_TENANT_OFFSET, tenantId);
        longAt(LOSS_REQUESTS_OFFSET, requests);
        longAt(LOSS_TOKENS_OFFSET, tokens);
        return this;
    }

    /**
     * Number of the loss in its lane.
     *
     * @return 1 or more
     */
    public long lossId() {
        return longAt(LOSS_ID_OFFSET);
    }

    /**
     * First response.
     *
     * @return cycle time, nanoseconds since the Unix epoch
     */
    public long firstNs() {
        return longAt(LOSS_FIRST_NS_OFFSET);
    }

    /**
     * Last response.
     *
     * @return cycle time, nanoseconds since the Unix epoch
     */
    public long lastNs() {
        return longAt(LOSS_LAST_NS_OFFSET);
    }

    /**
     * Tenant that was served.
     *
     * @return name id, or 0 for several tenants
     */
    public long tenantId() {
        return longAt(LOSS_TENANT_OFFSET);
    }

    /**
     * Responses served.
     *
     * @return 1 or more
     */
    public long requests() {
        return longAt(LOSS_REQUESTS_OFFSET);
    }

    /**
     * Tokens that they would have been charged.
     *
     * @return 0 or more
     */
    public long tokens() {
        return longAt(LOSS_TOKENS_OFFSET);
    }
}
