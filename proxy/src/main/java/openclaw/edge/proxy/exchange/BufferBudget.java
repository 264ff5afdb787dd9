package openclaw.edge.proxy.exchange;

import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * {@code limits.buffers}: one bound for all bytes that this node holds for clients (unfinished heads, bodies in flight, input
 * read ahead, output that a peer does not take).
 *
 * <p>Each event loop counts its own bytes in a cell of its own; the sum is read where something is about to be held, not per
 * request. So the sum may run behind by what other loops hold since, at most a read buffer each.
 */
public final class BufferBudget {
    /** Most of a body that is on its way through this node in one direction. */
    public static final int IN_FLIGHT_BYTES = 64 * 1024;

    /** The same when the budget is tight: many that take nothing then hold little each, and who takes goes on. */
    public static final int TIGHT_IN_FLIGHT_BYTES = 4 * 1024;

    private static final int CELL_BYTES = 128;

    private final UnsafeBuffer cells;
    private final int loops;
    private volatile long limitBytes;

    public BufferBudget(final int loops, final long limitBytes) {
        this.loops = loops;
        this.limitBytes = limitBytes;
        this.cells = new UnsafeBuffer(BufferUtil.allocateDirectAligned((loops + 1) * CELL_BYTES, CELL_BYTES));
    }

    /** The cell of one loop. */
    public Share share(final int loop) {
        return new Share(loop);
    }

    /** Bytes held by all loops. Any thread. */
    public long heldBytes() {
        long sum = 0;
        for (int i = 0; i < loops; i++) {
            sum += cells.getLongOpaque(offset(i));
        }
        return sum;
    }

    public long limitBytes() {
        return limitBytes;
    }

    /** Sets another limit; what is held above it goes on being held, and nothing more is. Any thread. */
    public void limit(final long bytes) {
        limitBytes = bytes;
    }

    private static int offset(final int loop) {
        return loop * CELL_BYTES;
    }

    /** What one event loop holds; owned by it. */
    public final class Share {
        private final int at;

        private Share(final int loop) {
            at = offset(loop);
        }

        /** Counts bytes as held, or with a negative count as given back. */
        public void add(final int bytes) {
            cells.putLongOpaque(at, cells.getLong(at) + bytes);
        }

        /** Bytes held by this loop. */
        public long heldBytes() {
            return cells.getLong(at);
        }

        /** Above 3/4 of the limit: nothing more is held willingly. */
        public boolean isTight() {
            final long limit = limitBytes;
            return BufferBudget.this.heldBytes() > limit - limit / 4;
        }

        /** How much of a body may now be on its way in one direction. */
        public int inFlightBytes() {
            return isTight() ? TIGHT_IN_FLIGHT_BYTES : IN_FLIGHT_BYTES;
        }

        /** At the limit: new connections are closed. */
        public boolean isExhausted() {
            return BufferBudget.this.heldBytes() >= limitBytes;
        }
    }
}
