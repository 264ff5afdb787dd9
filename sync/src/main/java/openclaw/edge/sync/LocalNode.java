package openclaw.edge.sync;

import java.util.random.RandomGenerator;
import openclaw.edge.sync.session.SessionIdentity;

/** Who this node is, and what it tells its log. For the gossip agent's thread. */
final class LocalNode {

    private static final long FAILURE_EVERY_NS = 1_000_000_000L;

    private final String name;
    private final int weight;
    private final RandomGenerator random;
    private final GossipListener listener;
    private final SyncCounters counters;
    private long life;
    private long failureToldNs = Long.MIN_VALUE / 2;

    LocalNode(
            final String name,
            final int weight,
            final RandomGenerator random,
            final GossipListener listener,
            final SyncCounters counters) {
        this.name = name;
        this.weight = weight;
        this.random = random;
        this.listener = listener;
        this.counters = counters;
        newLife();
    }

    /** Begins another life. */
    void newLife() {
        do {
            life = random.nextLong();
        } while (life == 0);
    }

    /** This life, not 0. */
    long life() {
        return life;
    }

    /** What it says in a handshake. */
    SessionIdentity identity(final long incarnation) {
        return new SessionIdentity(name, life, incarnation, weight);
    }

    /** The source of its randomness. */
    RandomGenerator random() {
        return random;
    }

    /** Tells the log. */
    void event(final String event) {
        listener.onEvent(event);
    }

    /** Warns in the log. */
    void warning(final String warning) {
        listener.onWarning(warning);
    }

    /** Tells the log of an error of somebody's configuration. */
    void error(final String error) {
        listener.onError(error);
    }

    /** Something failed; counted always, told of once a second. */
    void failed(final String what, final Throwable failure, final long nowNs) {
        counters.add(SyncCounter.FAILURES, 1);
        if (nowNs - failureToldNs >= FAILURE_EVERY_NS) {
            failureToldNs = nowNs;
            listener.onFailure(what, failure);
        }
    }
}
