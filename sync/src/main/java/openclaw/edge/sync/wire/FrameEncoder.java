package openclaw.edge.sync.wire;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import org.agrona.concurrent.UnsafeBuffer;

/**
 * Writes frames one after another into the body of one datagram. What does not fit is not written: the method then returns
 * false and the datagram is as before. Values out of the ranges stated in {@link FrameHandler} are errors of the caller and
 * make the datagram one that its receiver drops. Allocates nothing. Not thread-safe.
 *
 * <p>The frames that hold lists are written in steps: changes as
 *
 * <pre>{@code
 * if (encoder.beginChanges(stream, low)) {
 *     while (more rows) {
 *         encoder.beginRow();
 *         if (!all entries of the row: encoder.entry(entry)) {
 *             encoder.abandonRow();
 *             break;
 *         }
 *         high = version of the row;
 *     }
 *     encoder.endChanges(high, complete);
 * }
 * }</pre>
 */
public final class FrameEncoder {

    private static final int LIST_LIMIT = 255;
    private static final int NO_FRAME = -1;
    private static final int ACK_FIXED_BYTES = 2 * Byte.BYTES;
    private static final int VECTOR_MEMBER_FIXED_BYTES = 3 * Long.BYTES;

    private final EntryCoder coder = new EntryCoder();
    private final EntryCoder coderAtRow = new EntryCoder();
    private UnsafeBuffer buffer;
    private int start;
    private int position;
    private int limit;
    private int frame = NO_FRAME;
    private int countAt;
    private int count;
    private int positionAtRow;

    /** An encoder, to be wrapped around a datagram. */
    public FrameEncoder() {}

    /**
     * Begins a body.
     *
     * @param datagram to be written into.
     * @param bodyStart index of the body's first byte, {@link WireDescriptor#HEADER_BYTES} for a datagram that starts at 0.
     * @param bodyLimit index after its last byte, at most {@link WireDescriptor#BODY_LIMIT} there.
     * @return this.
     */
    public FrameEncoder wrap(final UnsafeBuffer datagram, final int bodyStart, final int bodyLimit) {
        buffer = datagram;
        start = bodyStart;
        position = bodyStart;
        limit = bodyLimit;
        frame = NO_FRAME;
        return this;
    }

    /** Bytes written, 0 for none. */
    public int lengthBytes() {
        return position - start;
    }

    /** Bytes left; a frame takes {@link WireDescriptor#FRAME_HEADER_BYTES} more than its payload. */
    public int remainingBytes() {
        return limit - position;
    }

    /**
     * Writes a HEARTBEAT.
     *
     * @param heartbeat at least 0.
     * @param ownVersion at least 0.
     * @param relayVersion at least 0.
     * @return whether it fitted.
     */
    public boolean heartbeat(final long heartbeat, final long ownVersion, final long relayVersion) {
        final int payload = Varints.length(heartbeat) + Varints.length(ownVersion) + Varints.length(relayVersion);
        if (!begin(WireDescriptor.FRAME_HEARTBEAT, payload)) {
            return false;
        }
        position = Varints.put(buffer, position, heartbeat);
        position = Varints.put(buffer, position, ownVersion);
        position = Varints.put(buffer, position, relayVersion);
        end();
        return true;
    }

    /**
     * Writes an ACK.
     *
     * @param stream of the receiver.
     * @param joinedVersion up to which all was joined, at least 0.
     * @param ranges low and high of each range received beyond, alternating; low at least {@code joinedVersion}, high at
     *     least low.
     * @param rangeCount ranges in the array, 0 to {@link WireDescriptor#MAX_ACK_RANGES}.
     * @return whether it fitted.
     */
    public boolean ack(final int stream, final long joinedVersion, final long[] ranges, final int rangeCount) {
        int payload = ACK_FIXED_BYTES + Varints.length(joinedVersion);
        for (int i = 0; i < 2 * rangeCount; i += 2) {
            payload += Varints.length(ranges[i] - joinedVersion) + Varints.length(ranges[i + 1] - ranges[i]);
        }
        if (!begin(WireDescriptor.FRAME_ACK, payload)) {
            return false;
        }
        putByte(stream);
        position = Varints.put(buffer, position, joinedVersion);
        putByte(rangeCount);
        for (int i = 0; i < 2 * rangeCount; i += 2) {
            position = Varints.put(buffer, position, ranges[i] - joinedVersion);
            position = Varints.put(buffer, position, ranges[i + 1] - ranges[i]);
        }
        end();
        return true;
    }

    /**
     * Begins a CHANGES frame.
     *
     * @param stream of this node.
     * @param low version before the first row, at least 0.
     * @return whether an empty one fits; if so, {@link #endChanges} or {@link #abandonChanges} must follow.
     */
    public boolean beginChanges(final int stream, final long low) {
        if (!begin(WireDescriptor.FRAME_CHANGES, WireDescriptor.CHANGES_ENTRIES_OFFSET)) {
            return false;
        }
        buffer.putByte(position + WireDescriptor.CHANGES_STREAM_OFFSET, (byte) stream);
        buffer.putLong(position + WireDescriptor.CHANGES_LOW_OFFSET, low, LITTLE_ENDIAN);
        position += WireDescriptor.CHANGES_ENTRIES_OFFSET;
        coder.reset(stream);
        beginRow();
        return true;
    }

    /** Remembers this place, for {@link #abandonRow()}. */
    public void beginRow() {
        positionAtRow = position;
        coderAtRow.set(coder);
    }

    /**
     * Writes one entry of the open CHANGES frame.
     *
     * @param entry in the ranges of its setters.
     * @return whether it fitted.
     */
    public boolean entry(final EntryFlyweight entry) {
        final int after = coder.encode(buffer, position, limit, entry);
        if (after < 0) {
            return false;
        }
        position = after;
        return true;
    }

    /** Takes back all entries since {@link #beginRow()}. */
    public void abandonRow() {
        position = positionAtRow;
        coder.set(coderAtRow);
    }

    /**
     * Ends the open CHANGES frame.
     *
     * @param high version up to which it holds all changes, at least its {@code low}.
     * @param complete whether that is the end of the log, and the snapshot in this datagram's VECTOR frames was taken
     *     there.
     */
    public void endChanges(final long high, final boolean complete) {
        final int payload = frame + WireDescriptor.FRAME_HEADER_BYTES;
        buffer.putByte(
                payload + WireDescriptor.CHANGES_FLAGS_OFFSET, (byte) (complete ? WireDescriptor.CHANGES_COMPLETE : 0));
        buffer.putLong(payload + WireDescriptor.CHANGES_HIGH_OFFSET, high, LITTLE_ENDIAN);
        end();
    }

    /** Takes back the open CHANGES frame. */
    public void abandonChanges() {
        position = frame;
        frame = NO_FRAME;
    }

    /**
     * Begins a VECTOR frame.
     *
     * @param snapshot number of the snapshot, at least 0.
     * @param part 0 to {@code parts} - 1.
     * @param parts 1 to 255.
     * @return whether an empty one fits; if so, {@link #endList} must follow.
     */
    public boolean beginVector(final long snapshot, final int part, final int parts) {
        if (!begin(WireDescriptor.FRAME_VECTOR, Varints.length(snapshot) + 3 * Byte.BYTES)) {
            return false;
        }
        position = Varints.put(buffer, position, snapshot);
        beginList(part, parts);
        return true;
    }

    /**
     * Writes one member of the open VECTOR frame.
     *
     * @param nameHash hash of its name.
     * @param life of its process.
     * @param incarnation of its counters.
     * @param heartbeat at least 0.
     * @param version at least 0.
     * @param head at least {@code version}.
     * @return whether it fitted; at most 255 do.
     */
    public boolean vectorMember(
            final long nameHash,
            final long life,
            final long incarnation,
            final long heartbeat,
            final long version,
            final long head) {
        final int length = VECTOR_MEMBER_FIXED_BYTES
                + Varints.length(heartbeat)
                + Varints.length(version)
                + Varints.length(head - version);
        if (count == LIST_LIMIT || length > remainingBytes()) {
            return false;
        }
        putLong(nameHash);
        putLong(life);
        putLong(incarnation);
        position = Varints.put(buffer, position, heartbeat);
        position = Varints.put(buffer, position, version);
        position = Varints.put(buffer, position, head - version);
        count++;
        return true;
    }

    /**
     * Begins a MEMBERS frame.
     *
     * @param viewHash of the whole view.
     * @param part 0 to {@code parts} - 1.
     * @param parts 1 to 255.
     * @return whether an empty one fits; if so, {@link #endList} must follow.
     */
    public boolean beginMembers(final long viewHash, final int part, final int parts) {
        if (!begin(WireDescriptor.FRAME_MEMBERS, Long.BYTES + 3 * Byte.BYTES)) {
            return false;
        }
        putLong(viewHash);
        beginList(part, parts);
        return true;
    }

    /**
     * Writes one member of the open MEMBERS frame.
     *
     * @param member in the ranges of its setters.
     * @return whether it fitted; at most 255 do.
     */
    public boolean member(final MemberFlyweight member) {
        if (count == LIST_LIMIT || member.encodedLength() > remainingBytes()) {
            return false;
        }
        position = member.encode(buffer, position);
        count++;
        return true;
    }

    /** Ends the open VECTOR or MEMBERS frame. */
    public void endList() {
        buffer.putByte(countAt, (byte) count);
        end();
    }

    /**
     * Writes a STATUS.
     *
     * @param status in the ranges of its setters.
     * @return whether it fitted.
     */
    public boolean status(final StatusFlyweight status) {
        if (!begin(WireDescriptor.FRAME_STATUS, StatusFlyweight.LENGTH_BYTES)) {
            return false;
        }
        status.encode(buffer, position);
        position += StatusFlyweight.LENGTH_BYTES;
        end();
        return true;
    }

    /**
     * Writes a LEDGER frame.
     *
     * @param lifeHigh upper half of this node's life in the ledger.
     * @param lifeLow lower half.
     * @param sequences highest sequence of each lane, at least 0.
     * @param lanes used of the array, 0 to {@link WireDescriptor#MAX_LANES}.
     * @return whether it fitted.
     */
    public boolean ledger(final long lifeHigh, final long lifeLow, final long[] sequences, final int lanes) {
        int payload = 2 * Long.BYTES + Byte.BYTES;
        for (int i = 0; i < lanes; i++) {
            payload += Varints.length(sequences[i]);
        }
        if (!begin(WireDescriptor.FRAME_LEDGER, payload)) {
            return false;
        }
        putLong(lifeHigh);
        putLong(lifeLow);
        putByte(lanes);
        for (int i = 0; i < lanes; i++) {
            position = Varints.put(buffer, position, sequences[i]);
        }
        end();
        return true;
    }

    /**
     * Writes a BYE.
     *
     * @return whether it fitted.
     */
    public boolean bye() {
        if (!begin(WireDescriptor.FRAME_BYE, 0)) {
            return false;
        }
        end();
        return true;
    }

    private boolean begin(final int type, final int leastPayloadBytes) {
        if (WireDescriptor.FRAME_HEADER_BYTES + leastPayloadBytes > remainingBytes()) {
            return false;
        }
        frame = position;
        buffer.putByte(frame + WireDescriptor.FRAME_TYPE_OFFSET, (byte) type);
        position += WireDescriptor.FRAME_HEADER_BYTES;
        return true;
    }

    private void beginList(final int part, final int parts) {
        putByte(part);
        putByte(parts);
        countAt = position++;
        count = 0;
    }

    private void end() {
        final int payload = position - frame - WireDescriptor.FRAME_HEADER_BYTES;
        buffer.putShort(frame + WireDescriptor.FRAME_LENGTH_OFFSET, (short) payload, LITTLE_ENDIAN);
        frame = NO_FRAME;
    }

    private void putByte(final int value) {
        buffer.putByte(position++, (byte) value);
    }

    private void putLong(final long value) {
        buffer.putLong(position, value, LITTLE_ENDIAN);
        position += Long.BYTES;
    }
}
