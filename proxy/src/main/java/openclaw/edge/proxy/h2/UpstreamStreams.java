package openclaw.edge.proxy.h2;

import openclaw.edge.proxy.exchange.Reason;
import org.agrona.collections.Int2ObjectHashMap;

/** The streams of one connection to an upstream: those that are open, by identifier, and those that are free. */
final class UpstreamStreams {
    /** Identifiers are not used again; before they run out the connection takes no more streams. */
    private static final int LAST_ID = Integer.MAX_VALUE - 2 * UpstreamSettings.MAX_STREAMS;

    private final H2Upstream connection;
    private final H2Loop h2;
    private final Int2ObjectHashMap<UpstreamStream> open = new Int2ObjectHashMap<>();
    private final UpstreamStream[] free = new UpstreamStream[UpstreamSettings.MAX_STREAMS];
    private int freeCount;
    private int nextId = 1;
    private int endId = LAST_ID;
    private int lastOpened;

    UpstreamStreams(final H2Upstream connection, final H2Loop h2) {
        this.connection = connection;
        this.h2 = h2;
    }

    int count() {
        return open.size();
    }

    /** How many more may be opened. */
    int left() {
        return (endId - nextId + 1) / 2;
    }

    /** So many may be opened in all. */
    void most(final int count) {
        endId = (int) Math.min(LAST_ID, 2L * count);
    }

    UpstreamStream take() {
        if (freeCount == 0) {
            return new UpstreamStream(connection, h2);
        }
        final UpstreamStream stream = free[--freeCount];
        free[freeCount] = null;
        return stream;
    }

    /** Returns the identifier that it has from now on. */
    int open(final UpstreamStream stream) {
        final int id = nextId;
        nextId += 2;
        lastOpened = id;
        open.put(id, stream);
        return id;
    }

    /** The open stream, or null. */
    UpstreamStream find(final int id) {
        return open.get(id);
    }

    /** Whether a stream is none that was ever opened here: no frame may come for it. */
    boolean isIdle(final int id) {
        return (id & 1) == 0 || id > lastOpened;
    }

    void close(final UpstreamStream stream) {
        open.remove(stream.id());
        stream.recycle();
        if (freeCount < free.length && connection.isOpen()) {
            free[freeCount++] = stream;
        } else {
            stream.close();
        }
    }

    /** Those that are open now, also if some of them are ended while they are gone through. */
    private UpstreamStream[] snapshot() {
        return open.values().toArray(new UpstreamStream[0]);
    }

    /** The windows of all, for what is sent, change. False: one is more than there can be. */
    boolean resize(final int bytes) {
        boolean isLegal = true;
        for (final UpstreamStream stream : snapshot()) {
            isLegal &= stream.request().grow(bytes);
        }
        return isLegal;
    }

    /** Those that wait for a window of their own look again. */
    void sendMore() {
        for (final UpstreamStream stream : snapshot()) {
            if (stream.exchange() != null) {
                stream.request().sendMore();
            }
        }
    }

    /** The upstream will not look at those behind one; 0: at none. Returns whether there were any. */
    boolean refuse(final int lastId) {
        final Reason reason = lastId == 0 ? Reason.REFUSED : Reason.PASSED_OVER;
        boolean isAny = false;
        for (final UpstreamStream stream : snapshot()) {
            if (stream.id() > lastId && stream.exchange() != null) {
                stream.refused(reason);
                isAny = true;
            }
        }
        return isAny;
    }

    /** The connection is gone; the same arguments as those of {@link UpstreamStream#lost}. */
    void lose(final long flushesTaken, final Reason reason) {
        while (freeCount > 0) {
            free[--freeCount].close();
            free[freeCount] = null;
        }
        for (final UpstreamStream stream : snapshot()) {
            stream.lost(flushesTaken, reason);
        }
    }
}
