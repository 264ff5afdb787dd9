package openclaw.edge.proxy.h2;

import io.netty.channel.ChannelHandler;
import java.util.LinkedHashSet;
import openclaw.edge.proxy.exchange.EdgeCounter;
import openclaw.edge.proxy.exchange.Head;
import openclaw.edge.proxy.exchange.LoopContext;
import openclaw.edge.proxy.exchange.Peer;

/** What the HTTP/2 connections of one event loop share: decoded block, reader, encoder, streams not in use, settings. */
public final class H2Loop {
    private static final int KEEP_STREAMS = 4096;

    final LoopContext loop;
    final FieldBlock block = new FieldBlock();
    final RequestReader reader = new RequestReader();
    final HeaderBlock encoder = new HeaderBlock();
    final Head trailers = new Head();

    private final LinkedHashSet<Unfinished> unfinished = new LinkedHashSet<>();
    private final H2Stream[] free = new H2Stream[KEEP_STREAMS];
    private int freeCount;
    private H2Settings settings;

    /** A connection that has begun something, and can be given up for it when room runs short. */
    interface Unfinished {
        /** Closes; it is off the list already. */
        void evict();
    }

    public H2Loop(final LoopContext loop, final H2Settings settings) {
        this.loop = loop;
        this.settings = settings;
    }

    H2Settings settings() {
        return settings;
    }

    /** Other settings hold from now on, for new streams also of open connections. On the loop. */
    public void settings(final H2Settings next) {
        settings = next;
    }

    /** Makes the handler of a connection whose client speaks HTTP/2, to be put last into its pipeline. */
    public ChannelHandler connection(final Peer peer) {
        return H2Codec.connection(this, peer);
    }

    /** Closes the connection whose head has been unfinished longest, to make room for another; false if there is none. */
    public boolean makeRoom() {
        if (unfinished.isEmpty()) {
            return false;
        }
        final Unfinished oldest = unfinished.iterator().next();
        unfinished.remove(oldest);
        loop.counters().increment(EdgeCounter.HEAD_EVICTIONS);
        oldest.evict();
        return true;
    }

    void addUnfinished(final Unfinished connection) {
        unfinished.add(connection);
        boolean room = !loop.budget().isTight();
        while (!room) {
            room = !makeRoom() || !loop.budget().isTight();
        }
    }

    void removeUnfinished(final Unfinished connection) {
        unfinished.remove(connection);
    }

    H2Stream takeStream() {
        if (freeCount == 0) {
            return new H2Stream(this);
        }
        final H2Stream stream = free[--freeCount];
        free[freeCount] = null;
        return stream;
    }

    void giveStream(final H2Stream stream) {
        if (freeCount < KEEP_STREAMS) {
            free[freeCount++] = stream;
        }
    }
}
