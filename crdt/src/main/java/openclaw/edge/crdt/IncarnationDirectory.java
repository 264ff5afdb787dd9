package openclaw.edge.crdt;

import static openclaw.edge.crdt.TableHeaderDescriptor.*;

import org.agrona.collections.Long2LongHashMap;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The incarnations that a table knows, by index, so that a pair names one in 16 bits. Kept in the table's file; index 0
 * is none. For one thread.
 */
final class IncarnationDirectory {

    /** No incarnation. */
    static final int NONE = 0;

    private final UnsafeBuffer buffer;
    private final int entries;
    private final CrdtCounters counters;
    private final Long2LongHashMap indices = new Long2LongHashMap(NONE);

    IncarnationDirectory(final UnsafeBuffer buffer, final CrdtCounters counters) {
        this.buffer = buffer;
        this.entries = buffer.getInt(DIRECTORY_OFFSET);
        this.counters = counters;
        final int own = own();
        if (buffer.getLong(offset(own)) == 0) {
            buffer.putLong(offset(own), ownId());
        } else {
            // The directory is written first.
            buffer.putLong(INCARNATION_OFFSET, buffer.getLong(offset(own)));
        }
        for (int index = 1; index < entries; index++) {
            final long id = buffer.getLong(offset(index));
            if (id != 0) {
                indices.put(id, index);
            }
        }
    }

    /** Index of this node's own incarnation. */
    int own() {
        return OwnCounters.index(OwnCounters.present(buffer));
    }

    /** Id of this node's own incarnation. */
    long ownId() {
        return buffer.getLong(INCARNATION_OFFSET);
    }

    /** Id of an index, or 0. */
    long id(final int index) {
        return index > NONE && index < entries ? buffer.getLong(offset(index)) : 0;
    }

    /** Places for incarnations, and one more. */
    int size() {
        return entries;
    }

    boolean knows(final long id) {
        return find(id) != NONE;
    }

    /** Index of an id, or {@link #NONE}. */
    int find(final long id) {
        return id == 0 ? NONE : (int) indices.get(id);
    }

    /** Index of an id, registered if need be; {@link #NONE} if there is no room. */
    int index(final long id) {
        if (id == 0) {
            return NONE;
        }
        final int known = (int) indices.get(id);
        return known != NONE ? known : register(id);
    }

    private int register(final long id) {
        for (int index = 1; index < entries; index++) {
            if (buffer.getLong(offset(index)) == 0) {
                buffer.putLongRelease(offset(index), id);
                indices.put(id, index);
                return index;
            }
        }
        counters.getAndAdd(CrdtCounter.DIRECTORY_FULL, 1);
        return NONE;
    }

    /** Makes an index free for another incarnation; no pair may name it any more. */
    void release(final int index) {
        indices.remove(id(index));
        buffer.putLongRelease(offset(index), 0);
    }

    private static int offset(final int index) {
        return HEADER_LENGTH_BYTES + index * DIRECTORY_ENTRY_LENGTH_BYTES;
    }
}
