package openclaw.edge.sync.wire;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import org.agrona.concurrent.UnsafeBuffer;

/**
 * Entries of one CHANGES frame, each told by what differs from the one before. Both sides keep the same memory: the latest
 * row, the latest owner, and the incarnations met in the frame. Not thread-safe.
 */
final class EntryCoder {

    private static final int KEY_BYTES = 2 * Long.BYTES;

    private final long[] incarnations = new long[WireDescriptor.MAX_FRAME_INCARNATIONS];
    private int incarnationCount;
    private final EntryFlyweight previous = new EntryFlyweight();
    private boolean hasPrevious;
    private long ownerHigh;
    private long ownerLow;
    private boolean hasOwner;
    private boolean isRelay;

    /** Forgets all: a new frame. */
    void reset(final int stream) {
        isRelay = stream == WireDescriptor.STREAM_RELAY;
        incarnationCount = 0;
        hasPrevious = false;
        hasOwner = false;
    }

    /** Takes over another's memory. */
    void set(final EntryCoder other) {
        isRelay = other.isRelay;
        System.arraycopy(other.incarnations, 0, incarnations, 0, other.incarnationCount);
        incarnationCount = other.incarnationCount;
        previous.set(other.previous);
        hasPrevious = other.hasPrevious;
        ownerHigh = other.ownerHigh;
        ownerLow = other.ownerLow;
        hasOwner = other.hasOwner;
    }

    /** Index after the entry, or -1 if it does not fit before the limit; then nothing was written or remembered. */
    int encode(final UnsafeBuffer buffer, final int start, final int limit, final EntryFlyweight entry) {
        final int flags = flags(entry);
        final int incarnation = isRelay ? indexOf(entry.incarnation()) : 0;
        if (incarnation == WireDescriptor.MAX_FRAME_INCARNATIONS || length(entry, flags, incarnation) > limit - start) {
            return -1;
        }
        buffer.putByte(start, (byte) flags);
        int at = start + Byte.BYTES;
        if (isRelay) {
            buffer.putByte(at++, (byte) incarnation);
            if (incarnation == incarnationCount) {
                buffer.putLong(at, entry.incarnation(), LITTLE_ENDIAN);
                at += Long.BYTES;
                incarnations[incarnationCount++] = entry.incarnation();
            }
        }
        if ((flags & WireDescriptor.ENTRY_SAME_KEY) == 0) {
            at = encodeRow(buffer, at, flags, entry);
        }
        at = Varints.put(buffer, at, entry.generation());
        at = Varints.put(buffer, at, entry.consumedTokens());
        if ((flags & WireDescriptor.ENTRY_REFUNDED) != 0) {
            at = Varints.put(buffer, at, entry.refundedTokens());
        }
        if (isFirst(flags, entry.kind())) {
            at = Varints.put(buffer, at, entry.firstVersion());
        }
        remember(entry);
        return at;
    }

    private int flags(final EntryFlyweight entry) {
        int flags = entry.kind() - 1;
        if (entry.refundedTokens() != 0) {
            flags |= WireDescriptor.ENTRY_REFUNDED;
        }
        if (entry.firstVersion() != 0 && entry.kind() != WireDescriptor.KIND_QUOTA) {
            flags |= WireDescriptor.ENTRY_FIRST;
        }
        if (hasPrevious && entry.isSameRow(previous)) {
            return flags | WireDescriptor.ENTRY_SAME_KEY;
        }
        final boolean isQuota = entry.kind() == WireDescriptor.KIND_QUOTA;
        if (isAgent(entry) && hasOwner && entry.ownerHigh() == ownerHigh && entry.ownerLow() == ownerLow) {
            flags |= WireDescriptor.ENTRY_SAME_OWNER;
        }
        if (entry.deficitUnits() != 0 && !isQuota) {
            flags |= WireDescriptor.ENTRY_DEFICIT;
        }
        if (entry.notices() != 0 && isQuota) {
            flags |= WireDescriptor.ENTRY_NOTICES;
        }
        return flags;
    }

    private int length(final EntryFlyweight entry, final int flags, final int incarnation) {
        int length = Byte.BYTES + Varints.length(entry.generation()) + Varints.length(entry.consumedTokens());
        if (isRelay) {
            length += Byte.BYTES + (incarnation == incarnationCount ? Long.BYTES : 0);
        }
        if ((flags & WireDescriptor.ENTRY_REFUNDED) != 0) {
            length += Varints.length(entry.refundedTokens());
        }
        if (isFirst(flags, entry.kind())) {
            length += Varints.length(entry.firstVersion());
        }
        if ((flags & WireDescriptor.ENTRY_SAME_KEY) != 0) {
            return length;
        }
        length += KEY_BYTES;
        if (isAgent(entry) && (flags & WireDescriptor.ENTRY_SAME_OWNER) == 0) {
            length += KEY_BYTES;
        }
        if (entry.kind() == WireDescriptor.KIND_QUOTA) {
            length += Varints.length(entry.cycle());
        }
        if (hasNotices(flags, entry.kind())) {
            length += Varints.length(entry.notices());
        }
        if ((flags & WireDescriptor.ENTRY_DEFICIT) != 0) {
            length += Varints.length(entry.deficitUnits());
        }
        return length;
    }

    private int encodeRow(final UnsafeBuffer buffer, final int start, final int flags, final EntryFlyweight entry) {
        int at = putKey(buffer, start, entry.keyHigh(), entry.keyLow());
        if (isAgent(entry) && (flags & WireDescriptor.ENTRY_SAME_OWNER) == 0) {
            at = putKey(buffer, at, entry.ownerHigh(), entry.ownerLow());
        }
        if (entry.kind() == WireDescriptor.KIND_QUOTA) {
            at = Varints.put(buffer, at, entry.cycle());
        }
        if (hasNotices(flags, entry.kind())) {
            at = Varints.put(buffer, at, entry.notices());
        }
        if ((flags & WireDescriptor.ENTRY_DEFICIT) != 0) {
            at = Varints.put(buffer, at, entry.deficitUnits());
        }
        return at;
    }

    /** Reads one entry; what is wrong with it fails the cursor. */
    void decode(final ReadCursor cursor, final EntryFlyweight entry) {
        final int flags = cursor.unsignedByte();
        final int kind = (flags & WireDescriptor.ENTRY_KIND_MASK) + 1;
        if (!isSensible(flags, kind)) {
            cursor.fail(DropReason.ENTRY_FLAGS);
            return;
        }
        final long incarnation = isRelay ? decodeIncarnation(cursor) : 0;
        if ((flags & WireDescriptor.ENTRY_SAME_KEY) != 0) {
            entry.set(previous);
        } else {
            decodeRow(cursor, flags, kind, entry);
        }
        final long generation = cursor.varint();
        if (generation >= WireDescriptor.GENERATION_LIMIT) {
            cursor.fail(DropReason.VALUE_RANGE);
        }
        final long consumed = cursor.varint();
        final long refunded = (flags & WireDescriptor.ENTRY_REFUNDED) != 0 ? cursor.varint() : 0;
        entry.incarnation(incarnation).counters(generation, consumed, refunded);
        entry.firstVersion(isFirst(flags, kind) ? cursor.varint() : 0);
        remember(entry);
    }

    private boolean isSensible(final int flags, final int kind) {
        final boolean isSameKey = (flags & WireDescriptor.ENTRY_SAME_KEY) != 0;
        final boolean isSameOwner = (flags & WireDescriptor.ENTRY_SAME_OWNER) != 0;
        final boolean isQuota = kind == WireDescriptor.KIND_QUOTA;
        if ((flags & WireDescriptor.ENTRY_UNKNOWN) != 0) {
            return false;
        }
        if (isSameKey) {
            final int none = WireDescriptor.ENTRY_SAME_OWNER
                    | WireDescriptor.ENTRY_DEFICIT
                    | (isQuota ? WireDescriptor.ENTRY_NOTICES : 0);
            return hasPrevious && previous.kind() == kind && (flags & none) == 0;
        }
        return (!isSameOwner || (hasOwner && kind == WireDescriptor.KIND_AGENT))
                && ((flags & WireDescriptor.ENTRY_DEFICIT) == 0 || !isQuota);
    }

    private static boolean hasNotices(final int flags, final int kind) {
        return (flags & WireDescriptor.ENTRY_NOTICES) != 0 && kind == WireDescriptor.KIND_QUOTA;
    }

    private static boolean isFirst(final int flags, final int kind) {
        return (flags & WireDescriptor.ENTRY_FIRST) != 0 && kind != WireDescriptor.KIND_QUOTA;
    }

    private long decodeIncarnation(final ReadCursor cursor) {
        final int index = cursor.unsignedByte();
        if (index < incarnationCount) {
            return incarnations[index];
        }
        if (index > incarnationCount || index == WireDescriptor.MAX_FRAME_INCARNATIONS) {
            cursor.fail(DropReason.VALUE_RANGE);
            return 0;
        }
        incarnations[incarnationCount++] = cursor.longValue();
        return incarnations[index];
    }

    private void decodeRow(final ReadCursor cursor, final int flags, final int kind, final EntryFlyweight entry) {
        final long high = cursor.longValue();
        final long low = cursor.longValue();
        if (kind == WireDescriptor.KIND_AGENT) {
            final boolean isSameOwner = (flags & WireDescriptor.ENTRY_SAME_OWNER) != 0;
            final long overflowHigh = isSameOwner ? ownerHigh : cursor.longValue();
            final long overflowLow = isSameOwner ? ownerLow : cursor.longValue();
            entry.agent(high, low, overflowHigh, overflowLow);
        } else if (kind == WireDescriptor.KIND_QUOTA) {
            final long cycle = cursor.varint();
            entry.quota(high, low, cycle, hasNotices(flags, kind) ? cursor.varint() : 0);
        } else {
            entry.bucket(kind, high, low);
        }
        if ((flags & WireDescriptor.ENTRY_DEFICIT) != 0) {
            entry.deficitUnits(cursor.varint());
        }
    }

    private void remember(final EntryFlyweight entry) {
        previous.set(entry);
        hasPrevious = true;
        if (isAgent(entry)) {
            ownerHigh = entry.ownerHigh();
            ownerLow = entry.ownerLow();
            hasOwner = true;
        }
    }

    /** Index of a known incarnation, or the number of those known. */
    private int indexOf(final long incarnation) {
        int index = 0;
        while (index < incarnationCount && incarnations[index] != incarnation) {
            index++;
        }
        return index;
    }

    private static boolean isAgent(final EntryFlyweight entry) {
        return entry.kind() == WireDescriptor.KIND_AGENT;
    }

    private static int putKey(final UnsafeBuffer buffer, final int at, final long high, final long low) {
        buffer.putLong(at, high, LITTLE_ENDIAN);
        buffer.putLong(at + Long.BYTES, low, LITTLE_ENDIAN);
        return at + KEY_BYTES;
    }
}
