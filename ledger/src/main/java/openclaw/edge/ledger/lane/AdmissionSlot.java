package openclaw.edge.ledger.lane;

import static openclaw.edge.ledger.lane.LaneDescriptor.*;

import java.lang.invoke.VarHandle;
import openclaw.edge.ledger.record.UsageRecordDescriptor;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Flyweight over a slot of the open table, between {@link Lane#claim()} and {@link Lane#admitted(int)}. All fields start
 * at zero; names are given in the order tenant, agent, route, model, and any but the tenant may be left out. Belongs to
 * the lane's event loop.
 */
public final class AdmissionSlot {
    private UnsafeBuffer buffer;
    private int offset;
    private int namesLength;
    private int nextName;

    AdmissionSlot() {}

    void begin(final UnsafeBuffer laneBuffer, final int slotOffset) {
        buffer = laneBuffer;
        offset = slotOffset;
        namesLength = 0;
        nextName = 0;
        // The slot was freed by a release store, which alone would let these stores overtake it.
        VarHandle.storeStoreFence();
        buffer.putInt(offset + OPEN_FLAGS_OFFSET, 0);
        for (int at = OPEN_NAME_LENGTHS_OFFSET; at < OPEN_NAMES_OFFSET; at += Long.BYTES) {
            buffer.putLong(offset + at, 0);
        }
    }

    /**
     * Sets the admission instant in cycle time.
     *
     * @param admittedNs nanoseconds since the Unix epoch
     * @return this
     */
    public AdmissionSlot admittedNs(final long admittedNs) {
        buffer.putLong(offset + OPEN_ADMITTED_NS_OFFSET, admittedNs);
        return this;
    }

    /**
     * Sets the tokens debited at admission: what is charged unless {@code bill:} exempts it.
     *
     * @param tokens 0 or more
     * @return this
     */
    public AdmissionSlot admittedTokens(final long tokens) {
        buffer.putLong(offset + OPEN_TOKENS_OFFSET, tokens);
        return this;
    }

    /**
     * Sets the hash of the id that the client chose.
     *
     * @param hash any; 0 without id
     * @return this
     */
    public AdmissionSlot requestIdHash(final long hash) {
        buffer.putLong(offset + OPEN_REQUEST_ID_HASH_OFFSET, hash);
        return this;
    }

    /**
     * Sets whether the plan bills whatever was admitted ({@code bill: admitted}): then an exchange in doubt is charged in
     * every phase.
     *
     * @param billAdmitted true if so
     * @return this
     */
    public AdmissionSlot billAdmitted(final boolean billAdmitted) {
        buffer.putInt(offset + OPEN_FLAGS_OFFSET, billAdmitted ? OPEN_FLAG_BILL_ADMITTED : 0);
        return this;
    }

    /**
     * Sets the tenant's id.
     *
     * @param bytes that hold it
     * @param from index of the first
     * @param length 1 to 64 bytes
     * @return this
     */
    public AdmissionSlot tenant(final byte[] bytes, final int from, final int length) {
        return name(0, UsageRecordDescriptor.MAX_TENANT_LENGTH, bytes, from, length);
    }

    /**
     * Sets the agent's name.
     *
     * @param bytes that hold it
     * @param from index of the first
     * @param length 0 to 128 bytes
     * @return this
     */
    public AdmissionSlot agent(final byte[] bytes, final int from, final int length) {
        return name(1, UsageRecordDescriptor.MAX_AGENT_LENGTH, bytes, from, length);
    }

    /**
     * Sets the name of the route or cost rule that applied.
     *
     * @param bytes that hold it
     * @param from index of the first
     * @param length 0 to 64 bytes
     * @return this
     */
    public AdmissionSlot route(final byte[] bytes, final int from, final int length) {
        return name(2, UsageRecordDescriptor.MAX_ROUTE_LENGTH, bytes, from, length);
    }

    /**
     * Sets the model asked for.
     *
     * @param bytes that hold it
     * @param from index of the first
     * @param length 0 to 64 bytes
     * @return this
     */
    public AdmissionSlot model(final byte[] bytes, final int from, final int length) {
        return name(3, UsageRecordDescriptor.MAX_MODEL_LENGTH, bytes, from, length);
    }

    private AdmissionSlot name(
            final int index, final int maxLength, final byte[] bytes, final int from, final int length) {
        if (index < nextName || length > maxLength) {
            throw refused(index, maxLength, length);
        }
        buffer.putBytes(offset + OPEN_NAMES_OFFSET + namesLength, bytes, from, length);
        buffer.putByte(offset + OPEN_NAME_LENGTHS_OFFSET + index, (byte) length);
        namesLength += length;
        nextName = index + 1;
        return this;
    }

    private RuntimeException refused(final int index, final int maxLength, final int length) {
        if (length > maxLength) {
            return new IllegalArgumentException(
                    "name " + index + " has " + length + " bytes, expected at most " + maxLength);
        }
        return new IllegalStateException(
                "name " + index + " after name " + (nextName - 1) + ", expected tenant, agent, route, model");
    }
}
