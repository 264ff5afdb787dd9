package openclaw.edge.sync;

import java.util.ArrayList;
import java.util.List;

/**
 * Keeps whom this node counts up to date in its store, whatever others do to that meanwhile. What cannot be kept is tried
 * again after a second, then ever more seldom. For the gossip agent's thread.
 */
final class KeptMembers {

    private static final int MOST_SECONDS = 64;

    private final MemberStore store;
    private final Membership membership;
    private final LocalNode node;
    private final SyncCounters counters;
    private boolean wasGone;
    private boolean isFailing;
    private int waitSeconds;
    private int secondsLeft;

    KeptMembers(
            final MemberStore store, final Membership membership, final LocalNode node, final SyncCounters counters) {
        this.store = store;
        this.membership = membership;
        this.node = node;
        this.counters = counters;
    }

    /** What was kept before this process. */
    List<MemberStore.Saved> load() {
        final List<MemberStore.Saved> saved = store.load();
        if (store.unread() != null) {
            node.warning("the file 'members' in the data directory cannot be read (" + store.unread()
                    + "): this node counts whom the configuration names, and whom it hears, and writes the file anew");
        }
        return saved;
    }

    /** Keeps what has changed since the last call. */
    void tick() {
        if (membership.takeUnsaved()) {
            save();
        }
    }

    /** Keeps what is so now. */
    void save() {
        final String failure = store.save(toSave());
        if (failure != null && !isFailing) {
            waitSeconds = 1;
            node.warning("the file 'members' in the data directory cannot be written (" + failure
                    + "), expected a directory that this process may write to: a restart would count whom the last one that"
                    + " was written names; tried again in a second, then ever more seldom, in the end each minute");
        }
        isFailing = failure != null;
        secondsLeft = waitSeconds;
    }

    private List<MemberStore.Saved> toSave() {
        final List<MemberStore.Saved> saved = new ArrayList<>();
        final Member self = membership.self();
        saved.add(new MemberStore.Saved(
                MemberStore.Kind.NAMED, self.name(), null, self.weight(), self.divides(), self.counts()));
        for (final Member each : membership.others()) {
            if (each.isPresent() && (each.isNamed() || each.divides())) {
                saved.add(new MemberStore.Saved(
                        kind(each),
                        each.isNamed() ? each.name() : each.listed(),
                        each.address(),
                        each.weight(),
                        each.divides(),
                        each.counts()));
            }
        }
        return saved;
    }

    /** What DNS alone names is not dropped because it has not answered yet. */
    private static MemberStore.Kind kind(final Member member) {
        if (member.isNamed()) {
            return MemberStore.Kind.NAMED;
        }
        return member.origin() == null || member.origin().isFromDns() ? MemberStore.Kind.TOLD : MemberStore.Kind.LISTED;
    }

    /**
     * To be called once a second. Keeps it again if what was kept is there no more: without it a restart would count the
     * configured names alone.
     */
    void look() {
        if (isFailing) {
            secondsLeft--;
            if (secondsLeft <= 0) {
                waitSeconds = Math.min(MOST_SECONDS, 2 * waitSeconds);
                save();
            }
            return;
        }
        final boolean isGone = store.isGone();
        if (isGone) {
            counters.add(SyncCounter.MEMBERS_FILE_GONE, 1);
            if (!wasGone) {
                node.warning(
                        "the file 'members' in the data directory was removed or changed, expected it as this process"
                                + " has written it; it is written again: find out who else writes there");
            }
            save();
        }
        wasGone = isGone;
    }
}
