package openclaw.edge.proxy.exchange;

import java.util.Arrays;

/**
 * Connections of one event loop with output that waits for the end of the loop's turn.
 *
 * <p>All of a turn's input is read before any of its output is written: the peers then find several messages when they wake,
 * not one, and most writes wake nobody. Measured with 64 busy connections this costs less than a write after each read. Output
 * that arises outside a turn's input (timers, other tasks) is written at once.
 */
public final class FlushQueue {
    /** A connection that writes what it has collected. */
    public interface Flushable {
        /** Hands collected writes to the kernel. */
        void flushNow();
    }

    private Flushable[] queue = new Flushable[64];
    private int size;
    private boolean inTurn;

    /** Writes at the end of this turn, or now if none is under way. A connection queues itself at most once per turn. */
    public void add(final Flushable connection) {
        if (!inTurn) {
            connection.flushNow();
            return;
        }
        if (size == queue.length) {
            queue = Arrays.copyOf(queue, size * 2);
        }
        queue[size++] = connection;
    }

    /** Input is about to be read. */
    void turnBegins() {
        inTurn = true;
    }

    /** All input was read: writes. What is queued by these writes is written too. */
    void turnEnds() {
        for (int i = 0; i < size; i++) {
            final Flushable next = queue[i];
            queue[i] = null;
            // Null where an earlier turn ended with an exception: the rest of that turn is written now.
            if (next != null) {
                next.flushNow();
            }
        }
        size = 0;
        inTurn = false;
    }
}
