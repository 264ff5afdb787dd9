package openclaw.edge.sync;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongFunction;
import openclaw.edge.crdt.Silence;
import openclaw.edge.crdt.SilenceNotes;
import openclaw.edge.crdt.VirtualClock;
import org.agrona.collections.Long2ObjectHashMap;

/**
 * Who belongs to the cluster, and whom this node counts. The <em>view</em> is all names that some authority named
 * (configuration, DNS, a member that authenticated itself or is told of by one), minus those who left. Of the view,
 * members <em>divide</em> (are of N) and <em>count</em> (are of k while they are heard).
 *
 * <p>A node starts with its configured members, or with those it kept; newcomers are taken up by {@link Agreement}. A
 * goodbye takes a member out of everything at once.
 *
 * <p>For the gossip agent's thread.
 */
final class Membership {

    /** Most others that are taken up by somebody's word. */
    static final int MAX_OTHERS = 1_024;

    /** How long a member that left is still told of. */
    static final long TOMBSTONE_NS = 600_000_000_000L;

    private final Member self;
    private final VirtualClock clock;
    private final List<Member> others = new ArrayList<>();
    private final Long2ObjectHashMap<Member> byNameHash = new Long2ObjectHashMap<>();
    private Silence beforeStart;
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
     * @param before by the hash of a name: the silence of a member that was silent before that, else null.
     * @param nowNs now.
     */
    void begin(
            final List<MemberStore.Saved> saved,
            final Silence downtime,
            final LongFunction<Silence> before,
            final long nowNs) {
        beforeStart = downtime;
        hasKept = !saved.isEmpty();
        for (final MemberStore.Saved each : saved) {
            if (each.name().equals(self.name())) {
                self.count(self.weight() > 0, each.counts());
                continue;
            }
            final Silence earlier = before.apply(NameHash.of(each.name()));
            final Member member = add(earlier == null ? downtime : earlier, nowNs);
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
        final Member member = add(downtime, nowNs);
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
            endSilence(member);
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
            member = placeholder == null ? add(silenceOfNew(nowNs), nowNs) : placeholder;
            name(member, name);
        } else if (placeholder != null) {
            others.remove(placeholder);
            mergeSilence(member, placeholder);
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

    /** A member that another one tells of; added if it is not known, null if there are too many. */
    Member toldOf(final String name, final int weight, final InetSocketAddress address, final long nowNs) {
        Member member = find(NameHash.of(name));
        if (member == null && others.size() >= MAX_OTHERS) {
            return null;
        }
        if (member == null) {
            member = add(silenceOfNew(nowNs), nowNs);
            name(member, name);
            member.weight(weight);
            member.address(address);
            member.why("told of by a member, not heard yet");
            changed();
        }
        return member;
    }

    /** This node serves: whoever is told of from now on was not silent because this node was not there. */
    void serves() {
        final Silence downtime = beforeStart;
        beforeStart = null;
        if (downtime != null && others.stream().noneMatch(each -> each.isPresent() && each.silence() == downtime)) {
            clock.heard(downtime);
        }
    }

    private Silence silenceOfNew(final long nowNs) {
        return beforeStart == null ? clock.silence(nowNs) : beforeStart;
    }

    private Member add(final Silence silence, final long nowNs) {
        final Member member = new Member(silence, nowNs);
        others.add(member);
        return member;
    }

    /** Who was told of lives at a configured address: it has been silent for as long as that. */
    private void mergeSilence(final Member member, final Member placeholder) {
        if (member.isHeard()) {
            endSilence(placeholder);
        } else if (member.silence() != placeholder.silence()) {
            endSilence(member);
            member.silence(placeholder.silence());
        }
    }

    /** A member is heard, or gone: nothing is kept for its silence any more, unless it is also that of another one. */
    void endSilence(final Member member) {
        final Silence silence = member.silence();
        for (final Member each : others) {
            if (each != member && each.silence() == silence && each.isPresent()) {
                return;
            }
        }
        clock.heard(silence);
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
            member.target(Member.NO_TARGET);
            endSilence(member);
            changed();
        }
    }

    /** A member was silent for too long: it neither divides nor counts. */
    void dead(final Member member, final String reason, final long nowNs) {
        if (member.become(MemberState.DEAD, reason, nowNs)) {
            member.count(false, false);
            endSilence(member);
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

    /** Notes who is silent since when. */
    void note(final SilenceNotes notes) {
        notes.begin();
        for (final Member each : others) {
            if (each.isNamed() && each.isPresent()) {
                notes.add(each.nameHash(), each.silence());
            }
        }
        notes.end();
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
