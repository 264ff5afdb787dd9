package openclaw.edge.sync;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import openclaw.edge.crdt.PartitionPolicy;

/** Makes the immutable view that other threads see. */
final class ViewBuilder {

    private ViewBuilder() {}

    static ClusterView view(
            final Membership membership,
            final Sources sources,
            final Joining joining,
            final PartitionPolicy policy,
            final long unsyncedTokens,
            final long nowNs) {
        final List<ClusterView.Member> members = new ArrayList<>();
        for (final Member each : membership.others()) {
            if (each.isNamed() || each.isPresent()) {
                members.add(member(each, sources));
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
                policy,
                unsyncedTokens,
                members,
                nowNs);
    }

    private static ClusterView.Member member(final Member member, final Sources sources) {
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
                source == Sources.NONE ? 0 : Math.max(0, member.announced() - sources.solid(source)),
                peer == null ? 0 : peer.roundTrip().smoothedNs(),
                member.wallClockSkewMs(),
                member.configurationHash(),
                member.catalogHash());
    }
}
