package openclaw.edge.sync;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import openclaw.edge.crdt.VirtualClock;

/** What other threads see of the cluster: an immutable view, made anew each second and when something has changed. */
final class PublishedView {

    private final Membership membership;
    private final Sources sources;
    private final Joining joining;
    private final Reachability reachability;
    private final VirtualClock clock;
    private int version;
    private volatile ClusterView view;

    PublishedView(
            final Membership membership,
            final Sources sources,
            final Joining joining,
            final Reachability reachability,
            final VirtualClock clock) {
        this.membership = membership;
        this.sources = sources;
        this.joining = joining;
        this.reachability = reachability;
        this.clock = clock;
    }

    /** Rises with every change of who there is, who is heard and who counts. */
    int stateVersion() {
        return membership.version() + reachability.changes();
    }

    /** The latest. Any thread. */
    ClusterView get() {
        return view;
    }

    /** Whether it is not what is so now. */
    boolean isOutdated() {
        return version != stateVersion() || joining.isReady() != view.isReady();
    }

    /** Makes another one. */
    void publish(final long unsyncedTokens, final long nowNs) {
        version = stateVersion();
        view = view(unsyncedTokens, nowNs);
    }

    private ClusterView view(final long unsyncedTokens, final long nowNs) {
        final List<ClusterView.Member> members = new ArrayList<>();
        for (final Member each : membership.others()) {
            if (each.isNamed() || each.isPresent()) {
                members.add(member(each));
            }
        }
        members.sort(Comparator.comparing(ClusterView.Member::name).thenComparing(ClusterView.Member::address));
        return new ClusterView(
                membership.self().name(),
                sources.incarnation(Sources.SELF),
                sources.life(Sources.SELF),
                joining.isReady(),
                joining.why(),
                membership.all(),
                membership.reachable(),
                clock.policy(),
                unsyncedTokens,
                members,
                nowNs);
    }

    private ClusterView.Member member(final Member member) {
        final InetSocketAddress at = member.address();
        final Peer peer = member.peer();
        final int source = member.source();
        return new ClusterView.Member(
                member.name(),
                // Not the name that led to it: that of dns is the same for all.
                at == null ? member.listed() : Unheard.text(at),
                member.state(),
                member.why(),
                member.sinceNs(),
                member.counts(),
                member.divides(),
                member.weight(),
                peer == null ? 0 : peer.own().lag(),
                source == Sources.NONE ? 0 : Math.max(0, member.signs().announced() - sources.solid(source)),
                peer == null ? 0 : peer.roundTrip().smoothedNs(),
                member.wallClockSkewMs(),
                member.configurationHash(),
                member.catalogHash());
    }
}
