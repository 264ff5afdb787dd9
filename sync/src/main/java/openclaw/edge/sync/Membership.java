package openclaw.edge.sync;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import openclaw.edge.crdt.Silence;
import openclaw.edge.crdt.VirtualClock;
import org.agrona.collections.Long2ObjectHashMap;

/**
 * Who belongs to the cluster, and whom this node counts. The <em>view</em> is all names that some authority named
 * (configuration, DNS, a member that authenticated itself or is told of by one), minus those who left. Of the view,
 * members <em>divide</em> (are of N) and <em>count</em> (are of k while they are heard).
 *
 * <p>A node starts with its configured members, or with those it kept; newcomers are taken up by {@link Agreement}. A
 * goodbye takes a member out of everything at once. Of addresses without a name see {@link Unheard}.
 *
 * <p>For the gossip agent's thread.
 */
final class Membership {

    /** Most others that are taken up by somebody's word. */
    static final int MAX_OTHERS = 1_024;

    /** How long a member that left is still told of, and how long who is silent without a share is remembered. */
    static final long TOMBSTONE_NS = 600_000_000_000L;

    /** Who is to be forgotten is told of for half of that, so that nobody learns anew of whom it has just forgotten. */
    private static final long TOLD_NS = TOMBSTONE_NS / 2;

    private static final String NOT_HEARD = "not heard yet";

    private final Member self;
    private final List<Member> others = new ArrayList<>();
    private final Long2ObjectHashMap<Member> byNameHash = new Long2ObjectHashMap<>();
    private final Unheard unheard = new Unheard(this);
    private final MemberSilences silences;
    private boolean isUnsaved;
    private boolean hasKept;
    private int version;

    /**
     * A view of this node alone.
     *
     * @param name of this node.
     * @param weight of this node; 0 if it never counts.
     * @param clock for silences.
     * @param nowNs now.
     */
    Membership(final String name, final int weight, final VirtualClock clock, final long nowNs) {
        this.silences = new MemberSilences(clock, others);
        this.self = new Member(Silence.HEARD, nowNs);
        self.name(name, NameHash.of(name));
        self.weight(weight);
        self.count(weight > 0, true);
    }

    /** This node. */
    Member self() {
        return self;
    }

    /** All others, those who left included; not to be changed. */
    List<Member> others() {
        return others;
    }

    /** Rises with every change of the view, or of whom this node counts. */
    int version() {
        return version;
    }

    /** The member with this name, or null. */
    Member find(final long nameHash) {
        return byNameHash.get(nameHash);
    }

    /** By which silence each is settled. */
    MemberSilences silences() {
        return silences;
    }

    /** Those of whom an address alone is known. */
    Unheard unheard() {
        return unheard;
    }

    /**
     * Takes up what was kept; without anything kept, the configured peers are whom this node counts.
     *
     * @param saved what was kept.
     * @param downtime since when they have been silent.
     * @param nowNs now.
     */
    void begin(final List<MemberStore.Saved> saved, final Downtime downtime, final long nowNs) {
        silences.begin(downtime.silence());
        hasKept = !saved.isEmpty();
        for (final MemberStore.Saved each : saved) {
            if (each.kind() == MemberStore.Kind.NAMED && each.name().equals(self.name())) {
                self.count(self.weight() > 0, each.counts());
                continue;
            }
            final Silence earlier = downtime.before(NameHash.of(each.name()));
            final Member member = add(earlier == null ? downtime.silence() : earlier, nowNs);
            if (each.kind() == MemberStore.Kind.NAMED) {
                name(member, each.name());
            } else {
                member.listed(each.name());
                member.why("nobody was heard there before this node's last start");
                if (each.kind() == MemberStore.Kind.LISTED) {
                    // Dropped by configured, if the list does not have it any more.
                    member.origin(new PeerAddress(each.name(), false, each.address()));
                }
            }
            member.address(each.address());
            member.weight(each.weight());
            member.count(each.divides(), each.counts());
        }
        changed();
    }

    /**
     * What configuration and DNS say has changed.
     *
     * @param peers all that they name.
     * @param isFounding whether this node is still starting: then, unless it kept whom it counts, it counts these.
     * @param downtime since when those have been silent that are new to it.
     * @param nowNs now.
     */
    void configured(final List<PeerAddress> peers, final boolean isFounding, final Silence downtime, final long nowNs) {
        for (final PeerAddress each : peers) {
            if (!each.isOwn()) {
                configured(each, isFounding, downtime, nowNs);
            }
        }
        for (int i = others.size() - 1; i >= 0; i--) {
            final Member each = others.get(i);
            if (each.origin() != null && (each.origin().isOwn() || !peers.contains(each.origin()))) {
                unconfigured(each, each.origin().isOwn() ? "is this node itself" : "is not configured any more", nowNs);
            }
        }
    }

    private void configured(
            final PeerAddress peer, final boolean isFounding, final Silence downtime, final long nowNs) {
        Member same = null;
        for (final Member each : others) {
            if (each.origin() == peer) {
                if (!each.isNamed() && peer.address() != null && !peer.address().equals(each.address())) {
                    each.address(peer.address());
                    changed();
                }
                return;
            }
            final boolean isSameText = !each.isNamed()
                    && (each.listed().equals(peer.source()) || each.listed().equals(Unheard.text(peer)));
            if (isSameText || (peer.address() != null && peer.address().equals(each.address()))) {
                same = each;
            }
        }
        if (same != null) {
            same.origin(peer);
            if (!same.isNamed() && same.became() == 0) {
                rejoin(same, NOT_HEARD, nowNs);
            }
            return;
        }
        final Member member = add(downtime, nowNs);
        member.origin(peer);
        member.listed(Unheard.text(peer));
        member.why("nobody was heard there yet; this node's list names it");
        member.address(peer.address());
        // Whoever a running cluster does not know yet is a newcomer, by whatever list.
        final boolean isFounder = isFounding && !hasKept;
        member.count(isFounder, isFounder);
        changed();
    }

    private void unconfigured(final Member member, final String reason, final long nowNs) {
        if (!member.isNamed() && member.origin().isOwn()) {
            unheard.isKnown(member, self.nameHash(), nowNs);
        } else if (!member.isNamed()) {
            unheard.isUnlisted(member, reason, nowNs);
        } else if (!member.isHeard()) {
            member.origin(null);
            leave(member, reason, nowNs);
            // Only whoever does not hear it is to take it out as well.
            member.leftLife(0);
        }
        member.origin(null);
    }

    /** An address is told of by others. */
    Member addUnheard(final String listed, final InetSocketAddress address, final String why, final long nowNs) {
        if (others.size() >= MAX_OTHERS) {
            return null;
        }
        final Member member = add(silences.ofNew(nowNs), nowNs);
        member.listed(listed);
        member.address(address);
        member.why(why);
        changed();
        return member;
    }

    /** Takes out who is known by an address alone. */
    void forget(final Member unnamed) {
        others.remove(unnamed);
        silences.end(unnamed);
        changed();
    }

    /**
     * A node has proved to be a member.
     *
     * @param name its name, not this node's.
     * @param weight its weight.
     * @param address where it is.
     * @param nowNs now.
     * @return the member.
     */
    Member authenticated(final String name, final int weight, final InetSocketAddress address, final long nowNs) {
        final Member member = at(name, weight, address, nowNs);
        if (weight != member.weight()) {
            member.weight(weight);
            changed();
        }
        if (weight == 0 && member.divides()) {
            member.count(false, false);
            changed();
        }
        member.address(address);
        return member;
    }

    /** The member of that name, who lives where until now maybe an address alone was known. */
    private Member at(final String name, final int weight, final InetSocketAddress address, final long nowNs) {
        final Member there = address == null ? null : unheard.at(address);
        Member member = find(NameHash.of(name));
        if (member == null && (there == null || unheard.isToBeTold(there, nowNs))) {
            member = add(there == null ? silences.ofNew(nowNs) : there.silence(), nowNs);
            name(member, name);
            member.weight(weight);
        }
        if (member == null) {
            member = there;
            name(member, name);
        } else if (there != null) {
            silences.merge(member, there);
            member.origin(there.origin() == null ? member.origin() : there.origin());
            if (member.isPresent()) {
                // Who left or is dead is not counted because it is known now where it was.
                member.count(member.divides() || there.divides(), member.counts() || there.counts());
            }
            unheard.isKnown(there, member.nameHash(), nowNs);
            changed();
        }
        return member;
    }

    /** A member that another one tells of; added if it is not known, null if there are too many. */
    Member toldOf(final String name, final int weight, final InetSocketAddress address, final long nowNs) {
        final Member known = find(NameHash.of(name));
        if (known == null && others.size() >= MAX_OTHERS) {
            return null;
        }
        final Member member = at(name, weight, address, nowNs);
        if (known == null) {
            member.weight(weight);
            member.address(address);
            member.why("told of by a member, not heard yet");
            changed();
        }
        return member;
    }

    private Member add(final Silence silence, final long nowNs) {
        final Member member = new Member(silence, nowNs);
        others.add(member);
        return member;
    }

    private void name(final Member member, final String name) {
        member.name(name, NameHash.of(name));
        byNameHash.put(member.nameHash(), member);
        changed();
    }

    /** A member goes: it neither divides nor counts from now on. */
    void leave(final Member member, final String reason, final long nowNs) {
        if (member.become(MemberState.LEFT, reason, nowNs)) {
            member.leftLife(member.life());
            member.count(false, false);
            member.catchingUp().end();
            silences.end(member);
            changed();
        }
    }

    /** A member was silent for too long: it neither divides nor counts. */
    void dead(final Member member, final String reason, final long nowNs) {
        if (member.become(MemberState.DEAD, reason, nowNs)) {
            member.count(false, false);
            silences.end(member);
            silences.giveUp(member, nowNs);
            changed();
        }
    }

    /** One that was gone or dead is back, as a newcomer; maybe so soon that it was heard all the time. */
    void rejoin(final Member member, final String reason, final long nowNs) {
        final MemberState next = member.isHeard() ? MemberState.ALIVE : MemberState.JOINING;
        if (!member.isPresent() && member.become(next, reason, nowNs)) {
            member.count(false, false);
            changed();
        }
    }

    /**
     * Forgets who left long ago, and who has been silent for as long without a share of any limit: given up as dead, or a
     * newcomer that ended before it was counted. Whom this node's list or DNS names stays; who has a share keeps it.
     */
    void bury(final long nowNs) {
        for (int i = others.size() - 1; i >= 0; i--) {
            final Member each = others.get(i);
            final boolean hasLeft = each.state() == MemberState.LEFT && each.origin() == null;
            if ((hasLeft && nowNs - each.sinceNs() > TOMBSTONE_NS) || isForgettable(each, TOMBSTONE_NS, nowNs)) {
                others.remove(i);
                if (each.isNamed()) {
                    byNameHash.remove(each.nameHash());
                }
                silences.end(each);
                changed();
            }
        }
    }

    /** Whether others are told no more of a member, since it will soon be forgotten. */
    boolean isFading(final Member member, final long nowNs) {
        return isForgettable(member, TOLD_NS, nowNs);
    }

    private static boolean isForgettable(final Member member, final long afterNs, final long nowNs) {
        return member.isNamed()
                && member.origin() == null
                && member.state() != MemberState.LEFT
                && !member.divides()
                && member.isSilent()
                && nowNs - Math.max(member.sinceNs(), member.signs().heardAtNs()) > afterNs;
    }

    /** N, at least 1. */
    int all() {
        int all = self.divides() ? 1 : 0;
        for (final Member each : others) {
            all += each.divides() ? 1 : 0;
        }
        return Math.max(1, all);
    }

    /** k: members that count and are heard, this node included if it counts; 0 if it does not and hears nobody. */
    int reachable() {
        int reachable = self.counts() ? 1 : 0;
        for (final Member each : others) {
            reachable += each.counts() && each.isHeard() ? 1 : 0;
        }
        return reachable;
    }

    /** True if all members that count are heard. */
    boolean isWhole() {
        for (final Member each : others) {
            if (each.counts() && !each.isHeard()) {
                return false;
            }
        }
        return true;
    }

    /** The view, or whom this node counts, has changed. */
    void changed() {
        isUnsaved = true;
        version++;
    }

    /** True once after a change of what is to be kept. */
    boolean takeUnsaved() {
        final boolean isToBeSaved = isUnsaved;
        isUnsaved = false;
        return isToBeSaved;
    }
}
