package openclaw.edge.sync;

/**
 * Keeps whom this node counts up to date in its store, whatever others do to that meanwhile. For the gossip agent's thread.
 */
final class KeptMembers {

    private final MemberStore store;
    private final Membership membership;
    private final LocalNode node;
    private final SyncCounters counters;
    private boolean wasGone;

    KeptMembers(
            final MemberStore store, final Membership membership, final LocalNode node, final SyncCounters counters) {
        this.store = store;
        this.membership = membership;
        this.node = node;
        this.counters = counters;
    }

    /** Keeps what has changed since the last call. */
    void tick() {
        if (membership.takeUnsaved()) {
            save();
        }
    }

    /** Keeps what is so now. */
    void save() {
        store.save(membership.toSave());
    }

    /** Keeps it again if what was kept is there no more: without it a restart would count the configured names alone. */
    void look() {
        final boolean isGone = store.isGone();
        if (isGone) {
            counters.add(SyncCounter.MEMBERS_FILE_GONE, 1);
            save();
        }
        if (isGone && !wasGone) {
            node.warning(
                    "the file 'members' in the data directory was removed or changed, expected it as this process has"
                            + " written it; it is written again: find out who else writes there");
        }
        wasGone = isGone;
    }
}
