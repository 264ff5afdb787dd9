package openclaw.edge.sync.session;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.agrona.collections.Long2ObjectHashMap;

/**
 * The sessions that there are: all by the id under which this node receives, those in use by the life that they are with,
 * and those that wait for data. Not thread-safe.
 */
final class Sessions {

    private final Long2ObjectHashMap<Session> byLocalId = new Long2ObjectHashMap<>();
    private final Long2ObjectHashMap<PeerSessions> byLife = new Long2ObjectHashMap<>();
    private final PendingSessions pending = new PendingSessions();
    private final Consumer<Session> onEnded = this::forget;

    Sessions() {}

    /** The session under whose id this node receives, or null. */
    Session find(final long localId) {
        return byLocalId.get(localId);
    }

    /** An id that no session has. */
    long newId(final RandomGenerator random) {
        long id;
        do {
            id = random.nextLong();
        } while (id == 0 || byLocalId.containsKey(id));
        return id;
    }

    /** Those that wait for data. */
    PendingSessions pending() {
        return pending;
    }

    /** Those in use, by life; not to be changed. */
    Collection<PeerSessions> inUse() {
        return byLife.values();
    }

    /** The newest in use with a life, or null. */
    Session current(final long life) {
        final PeerSessions peer = byLife.get(life);
        return peer == null ? null : peer.current();
    }

    /** Whether a HELLO of a life, or a later one, led to a session before. */
    boolean isStale(final long life, final long attempt) {
        final PeerSessions known = byLife.get(life);
        return known != null && attempt <= known.highestAttempt();
    }

    /** A session that is not in use yet. */
    void add(final Session session) {
        byLocalId.put(session.localId(), session);
    }

    /** One that waited for data is in use from now on. */
    void establishPending(final Session session, final InetSocketAddress from) {
        pending.onEstablished(session, onEnded);
        establish(session, from);
    }

    /** One is in use from now on; if there are too many, the life not heard for longest loses its. */
    void establish(final Session session, final InetSocketAddress from) {
        session.establish(from);
        PeerSessions peer = byLife.get(session.peerLife());
        if (peer == null) {
            if (byLife.size() >= SessionTable.MAX_PEERS) {
                final long longest = longestUnheard();
                endIf(each -> each.peerLife() == longest);
            }
            peer = new PeerSessions();
            byLife.put(session.peerLife(), peer);
        }
        final Session ended = peer.push(session);
        if (ended != null) {
            forget(ended);
        }
    }

    private long longestUnheard() {
        PeerSessions longest = null;
        for (final PeerSessions each : byLife.values()) {
            if (longest == null || each.receivedNs() - longest.receivedNs() < 0) {
                longest = each;
            }
        }
        return longest == null ? 0 : longest.current().peerLife();
    }

    /** Ends those that have waited too long for data. */
    void expirePending(final long nowNs) {
        pending.expire(nowNs, onEnded);
    }

    /** Ends some. */
    void endIf(final Predicate<Session> isOver) {
        pending.removeIf(isOver, onEnded);
        final List<Session> over = new ArrayList<>();
        for (final Session each : byLocalId.values()) {
            if (!each.isPending() && isOver.test(each)) {
                over.add(each);
            }
        }
        for (final Session each : over) {
            forget(each);
            final PeerSessions peer = byLife.get(each.peerLife());
            if (peer != null && peer.remove(each)) {
                byLife.remove(each.peerLife());
            }
        }
    }

    private void forget(final Session session) {
        session.end();
        byLocalId.remove(session.localId());
    }
}
