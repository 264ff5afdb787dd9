package openclaw.edge.sync.wire;

import org.agrona.concurrent.UnsafeBuffer;

/**
 * Reads the frames of one datagram whose tag fitted. That a member signed them does not make them sound: every length,
 * number and flag is checked, all of them before the first frame is handed over. Throws nothing, allocates nothing. Not
 * thread-safe.
 */
public final class FrameDecoder {

    private static final FrameHandler NOBODY = new NoFrameHandler();

    private final ReadCursor cursor = new ReadCursor();
    private final EntryCoder coder = new EntryCoder();
    private final EntryFlyweight entry = new EntryFlyweight();
    private final MemberFlyweight member = new MemberFlyweight();
    private final StatusFlyweight status = new StatusFlyweight();

    /** A decoder. */
    public FrameDecoder() {}

    /**
     * Hands over the frames of a body, if all of it is valid.
     *
     * @param buffer that holds the datagram.
     * @param bodyStart index of the body's first byte.
     * @param bodyLimit index after its last.
     * @param handler receives them.
     * @return {@link DropReason#NONE}, or why the handler received nothing.
     */
    public DropReason decode(
            final UnsafeBuffer buffer, final int bodyStart, final int bodyLimit, final FrameHandler handler) {
        final DropReason reason = pass(buffer, bodyStart, bodyLimit, NOBODY);
        return reason == DropReason.NONE ? pass(buffer, bodyStart, bodyLimit, handler) : reason;
    }

    private DropReason pass(
            final UnsafeBuffer buffer, final int bodyStart, final int bodyLimit, final FrameHandler handler) {
        int at = bodyStart;
        cursor.wrap(buffer, bodyStart, bodyLimit);
        while (at < bodyLimit && !cursor.hasFailed()) {
            cursor.move(at, bodyLimit);
            final int type = cursor.unsignedByte();
            final int length = cursor.unsignedShort();
            final int payload = at + WireDescriptor.FRAME_HEADER_BYTES;
            if (cursor.hasFailed() || length > bodyLimit - payload) {
                return DropReason.FRAME_LENGTH;
            }
            cursor.move(payload, payload + length);
            frame(type, handler);
            at = payload + length;
        }
        return cursor.failure();
    }

    private void frame(final int type, final FrameHandler handler) {
        switch (type) {
            case WireDescriptor.FRAME_HEARTBEAT:
                heartbeat(handler);
                break;
            case WireDescriptor.FRAME_ACK:
                ack(handler);
                break;
            case WireDescriptor.FRAME_CHANGES:
                changes(handler);
                break;
            case WireDescriptor.FRAME_VECTOR:
                vector(handler);
                break;
            case WireDescriptor.FRAME_MEMBERS:
                members(handler);
                break;
            case WireDescriptor.FRAME_STATUS:
                status.decode(cursor);
                if (!cursor.hasFailed()) {
                    handler.onStatus(status);
                }
                break;
            case WireDescriptor.FRAME_LEDGER:
                ledger(handler);
                break;
            case WireDescriptor.FRAME_BYE:
                handler.onBye();
                break;
            default:
                // A later version's: skipped by its length.
                break;
        }
    }

    private void heartbeat(final FrameHandler handler) {
        final long heartbeat = cursor.varint();
        final long ownVersion = cursor.varint();
        final long relayVersion = cursor.varint();
        if (!cursor.hasFailed()) {
            handler.onHeartbeat(heartbeat, ownVersion, relayVersion);
        }
    }

    private void ack(final FrameHandler handler) {
        final int stream = stream();
        final long joined = cursor.varint();
        final int count = cursor.unsignedByte();
        check(count <= WireDescriptor.MAX_ACK_RANGES);
        if (cursor.hasFailed()) {
            return;
        }
        handler.onAck(stream, joined);
        for (int i = 0; i < count; i++) {
            final long low = sum(joined, cursor.varint());
            final long high = sum(low, cursor.varint());
            if (cursor.hasFailed()) {
                return;
            }
            handler.onAckRange(stream, low, high);
        }
    }

    private void changes(final FrameHandler handler) {
        final int stream = stream();
        final int flags = cursor.unsignedByte();
        if ((flags & ~WireDescriptor.CHANGES_COMPLETE) != 0) {
            cursor.fail(DropReason.ENTRY_FLAGS);
        }
        final long low = cursor.longValue();
        final long high = cursor.longValue();
        check(low >= 0 && high >= low);
        if (cursor.hasFailed()) {
            return;
        }
        final boolean complete = flags != 0;
        handler.onChanges(stream, low, high, complete);
        coder.reset(stream);
        while (cursor.hasRemaining()) {
            coder.decode(cursor, entry);
            if (cursor.hasFailed()) {
                return;
            }
            handler.onEntry(entry);
        }
        handler.onChangesEnd(stream, low, high, complete);
    }

    private void vector(final FrameHandler handler) {
        final long snapshot = cursor.varint();
        final int part = cursor.unsignedByte();
        final int parts = cursor.unsignedByte();
        final int count = cursor.unsignedByte();
        check(part < parts);
        if (cursor.hasFailed()) {
            return;
        }
        handler.onVector(snapshot, part, parts);
        for (int i = 0; i < count; i++) {
            final long nameHash = cursor.longValue();
            final long life = cursor.longValue();
            final long incarnation = cursor.longValue();
            final long heartbeat = cursor.varint();
            final long version = cursor.varint();
            final long ahead = cursor.varint();
            check(ahead <= Long.MAX_VALUE - version);
            if (cursor.hasFailed()) {
                return;
            }
            handler.onVectorMember(nameHash, life, incarnation, heartbeat, version, version + ahead);
        }
    }

    private void members(final FrameHandler handler) {
        final long viewHash = cursor.longValue();
        final int part = cursor.unsignedByte();
        final int parts = cursor.unsignedByte();
        final int count = cursor.unsignedByte();
        check(part < parts);
        if (cursor.hasFailed()) {
            return;
        }
        handler.onMembers(viewHash, part, parts);
        for (int i = 0; i < count; i++) {
            member.decode(cursor);
            if (cursor.hasFailed()) {
                return;
            }
            handler.onMember(member);
        }
    }

    private void ledger(final FrameHandler handler) {
        final long lifeHigh = cursor.longValue();
        final long lifeLow = cursor.longValue();
        final int lanes = cursor.unsignedByte();
        check(lanes <= WireDescriptor.MAX_LANES);
        if (cursor.hasFailed()) {
            return;
        }
        handler.onLedger(lifeHigh, lifeLow, lanes);
        for (int lane = 0; lane < lanes; lane++) {
            final long sequence = cursor.varint();
            if (cursor.hasFailed()) {
                return;
            }
            handler.onLedgerLane(lane, sequence);
        }
    }

    private int stream() {
        final int stream = cursor.unsignedByte();
        check(stream < WireDescriptor.STREAMS);
        return stream;
    }

    private long sum(final long base, final long more) {
        check(more <= Long.MAX_VALUE - base);
        return base + more;
    }

    private void check(final boolean holds) {
        if (!holds) {
            cursor.fail(DropReason.VALUE_RANGE);
        }
    }
}
