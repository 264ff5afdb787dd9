package openclaw.edge.sync;

/**
 * What a gossip agent has around it.
 *
 * @param counters of everything that gossip counts.
 * @param store keeps whom this node counts.
 * @param listener is told of what the log should say.
 */
public record GossipContext(SyncCounters counters, MemberStore store, GossipListener listener) {

    /** A context that keeps and tells nothing. */
    public static GossipContext silent() {
        return new GossipContext(new SyncCounters(), MemberStore.none(), GossipListener.NONE);
    }
}
