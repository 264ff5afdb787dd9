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
 * <p>A newcomer is taken up in two steps, so that no two sides of a cut can ever count more than one whole: when all
 * members of the view report the same view, it divides; when all report that it divides, it counts. While anybody is
 * silent neither happens. A goodbye takes a member out of everything at once. A node starts with its configured
 * members, or with those it kept; when a member says that it does not count this node, this node does not count itself
 * either, and adopts whom the others count.
 *
 * <p>For the gossip agent's thread.
 */
final class Membership {

    /** How long a member that left is still told of. */
    static final long TOMBSTONE_NS = 600_000_000_000L;

    /** In place of a name's hash: who has no name at one node has one at another, so that their views differ. */
    private static final long UNNAMED = 1;

    private static final long DIVIDING_SALT = 0x6f63656467654449L;

    private final Member self;
    private final VirtualClock clock;
    private final List<Member> others = new ArrayList<>();
    private final Long2ObjectHashMap<Member> byNameHash = new Long2ObjectHashMap<>();
    private long viewHash;
    private long dividedHash;
    private boolean isChanged = true;
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
        this.clock = clock;
        this.self = new Member(clock.silence(nowNs), nowNs);
        self.name(name, NameHash.of(name));
        self.weight(weight);
        self.count(weight > 0, true);
        hash();
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

    /** The member at this address whose name is not known, or null. */
    private Member placeholderAt(final InetSocketAddress address) {
        for (final Member each : others) {
            if (!each.isNamed() && address.equals(each.address())) {
                return each;
            }
        }
        return null;
    }

    /** Whether some configured address has no name yet, so that a newcomer may be who lives there. */
    boolean hasPlaceholder() {
        for (final Member each : others) {
            if (!each.isNamed() && each.isPresent()) {
                return true;
            }
        }
        return false;
    }

    /**
     * Takes up what was kept; without anything kept, the configured peers are whom this node counts.
     *
     * @param saved what was kept.
     * @param downtime since when all have been silent.
     * @param nowNs now.
     */
    void begin(final List<MemberStore.Saved> saved, final Silence downtime, final long nowNs) {
        hasKept = !saved.isEmpty();
        for (final MemberStore.Saved each : saved) {
            if (each.name().equals(self.name())) {
                self.count(self.weight() > 0, each.counts());
                continue;
            }
            final Member member = add(nowNs);
            member.silence(downtime);
            name(member, each.name());
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
        Member sameAddress = null;
        for (final Member each : others) {
            if (each.origin() == peer) {
                if (!each.isNamed() && peer.address() != null && !peer.address().equals(each.address())) {
                    each.address(peer.address());
                    changed();
                }
                return;
            }
            if (peer.address() != null && peer.address().equals(each.address())) {
                sameAddress = each;
            }
        }
        if (sameAddress != null) {
            sameAddress.origin(peer);
            return;
        }
        final Member member = add(nowNs);
        member.silence(downtime);
        member.origin(peer);
        member.address(peer.address());
        // Who is configured but was not kept may have been counted by others meanwhile.
        member.count(isFounding, isFounding && !hasKept);
        changed();
    }

    private void unconfigured(final Member member, final String reason, final long nowNs) {
        member.origin(null);
        if (!member.isNamed()) {
            others.remove(member);
            changed();
        } else if (!member.isHeard()) {
            leave(member, reason, nowNs);
        }
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
        final Member placeholder = placeholderAt(address);
        Member member = find(NameHash.of(name));
        if (member == null) {
            member = placeholder == null ? add(nowNs) : placeholder;
            name(member, name);
        } else if (placeholder != null) {
            others.remove(placeholder);
            member.origin(placeholder.origin());
            member.count(member.divides() || placeholder.divides(), member.counts() || placeholder.counts());
            changed();
        }
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

    /** A member that another one tells of; added if it is not known. */
    Member toldOf(final String name, final int weight, final InetSocketAddress address, final long nowNs) {
        Member member = find(NameHash.of(name));
        if (member == null) {
            member = add(nowNs);
            name(member, name);
            member.weight(weight);
            member.address(address);
            member.why("told of by a member, not heard yet");
            changed();
        }
        return member;
    }

    private Member add(final long nowNs) {
        final Member member = new Member(clock.silence(nowNs), nowNs);
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
            member.count(false, false);
            member.target(Member.NO_TARGET);
            changed();
        }
    }

    /** A member was silent for too long: it neither divides nor counts. */
    void dead(final Member member, final String reason, final long nowNs) {
        if (member.become(MemberState.DEAD, reason, nowNs)) {
            member.count(false, false);
            changed();
        }
    }

    /** One that was gone or dead is back, as a newcomer. */
    void rejoin(final Member member, final String reason, final long nowNs) {
        if (!member.isPresent() && member.become(MemberState.JOINING, reason, nowNs)) {
            member.count(false, false);
            changed();
        }
    }

    /** Whether a member's word on who counts matters here: it counts, or this node knows nobody else who does. */
    boolean heeds(final Member teller) {
        boolean isAlone = true;
        for (final Member each : others) {
            isAlone &= !each.counts();
        }
        return teller.weight() > 0 && (teller.counts() || isAlone);
    }

    /**
     * A member told whether another one divides and counts for it.
     *
     * @param member whom it spoke of, or this node.
     * @param isDividing it is of the teller's N.
     * @param isCounting it is of the teller's k.
     * @param isUndecided the teller has an address without a name, so that its "not" means nothing.
     */
    void told(final Member member, final boolean isDividing, final boolean isCounting, final boolean isUndecided) {
        final boolean divides = member.divides() || (isDividing && member.weight() > 0 && member.isPresent());
        boolean counts = member.counts();
        if (!isCounting && !isUndecided && (member == self || !self.counts())) {
            counts = false;
        } else if (isCounting && member != self && !self.counts() && member.isPresent()) {
            counts = true;
        }
        if (divides != member.divides() || counts != member.counts()) {
            member.count(divides, counts);
            changed();
        }
    }

    /**
     * Takes newcomers up as far as everybody agrees.
     *
     * @param nowNs now.
     * @param freshNs how old a sign of life may be.
     */
    void agree(final long nowNs, final long freshNs) {
        if (isChanged) {
            hash();
        }
        if (!isSomebodyLeftOut() || !isViewCommon(nowNs, freshNs)) {
            return;
        }
        final long dividing = dividedHash;
        boolean isDividedByAll = true;
        for (final Member each : others) {
            if (isOfView(each)) {
                isDividedByAll &= each.dividedHash() == dividing;
                divide(each);
            }
        }
        divide(self);
        if (isChanged) {
            hash();
        } else if (isDividedByAll) {
            for (final Member each : others) {
                each.count(each.divides(), true);
            }
            self.count(self.divides(), true);
            changed();
            hash();
        }
    }

    private void divide(final Member member) {
        if (!member.divides() && member.weight() > 0) {
            member.count(true, false);
            changed();
        }
    }

    private boolean isSomebodyLeftOut() {
        boolean isLeftOut = self.weight() > 0 && !self.counts();
        for (final Member each : others) {
            isLeftOut |= isOfView(each) && !each.counts();
        }
        return isLeftOut;
    }

    private boolean isViewCommon(final long nowNs, final long freshNs) {
        for (final Member each : others) {
            if (isOfView(each)
                    && (each.viewHash() != viewHash || each.heardAtNs() == 0 || nowNs - each.heardAtNs() > freshNs)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isOfView(final Member member) {
        return member.isPresent() && member.weight() > 0;
    }

    /** Forgets who left long ago. */
    void bury(final long nowNs) {
        for (int i = others.size() - 1; i >= 0; i--) {
            final Member each = others.get(i);
            if (each.state() == MemberState.LEFT && each.origin() == null && nowNs - each.sinceNs() > TOMBSTONE_NS) {
                others.remove(i);
                byNameHash.remove(each.nameHash());
                version++;
            }
        }
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

    /** Hash of the view. */
    long viewHash() {
        if (isChanged) {
            hash();
        }
        return viewHash;
    }

    /** Hash of the names that divide. */
    long dividingHash() {
        if (isChanged) {
            hash();
        }
        return dividedHash;
    }

    private void changed() {
        isChanged = true;
        isUnsaved = true;
        version++;
    }

    private void hash() {
        long view = 0;
        long dividing = DIVIDING_SALT;
        for (int i = -1; i < others.size(); i++) {
            final Member each = i < 0 ? self : others.get(i);
            if (isOfView(each)) {
                final long name = each.isNamed() ? each.nameHash() : UNNAMED;
                view += NameHash.mix(name);
                dividing += each.divides() ? NameHash.mix(name ^ DIVIDING_SALT) : 0;
            }
        }
        viewHash = NameHash.mix(view);
        dividedHash = NameHash.mix(dividing);
        isChanged = false;
    }

    /** True once after a change of what is to be kept. */
    boolean takeUnsaved() {
        final boolean isToBeSaved = isUnsaved;
        isUnsaved = false;
        return isToBeSaved;
    }

    /** What is to be kept. */
    List<MemberStore.Saved> toSave() {
        final List<MemberStore.Saved> saved = new ArrayList<>();
        saved.add(new MemberStore.Saved(self.name(), null, self.weight(), self.divides(), self.counts()));
        for (final Member each : others) {
            if (each.isNamed() && each.isPresent()) {
                saved.add(new MemberStore.Saved(
                        each.name(), each.address(), each.weight(), each.divides(), each.counts()));
            }
        }
        return saved;
    }
}
