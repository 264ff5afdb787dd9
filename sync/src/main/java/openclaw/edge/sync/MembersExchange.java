package openclaw.edge.sync;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import openclaw.edge.sync.wire.FrameEncoder;
import openclaw.edge.sync.wire.MemberFlyweight;
import openclaw.edge.sync.wire.StatusFlyweight;
import openclaw.edge.sync.wire.WireDescriptor;

/**
 * What members tell one another of the cluster: the view, whom each divides by and counts, and how it is itself. For the
 * gossip agent's thread; allocates, since it is seldom.
 */
final class MembersExchange {

    private static final int STATUS_MEMBER = 1;
    private static final int STATUS_LEFT = 2;
    /** An address that is divided by, and of which no name is known; in place of the name stands the text for it. */
    private static final int STATUS_UNHEARD = 3;
    /** It is divided by no more; in place of an incarnation stands the hash of the name of who is there, or 0. */
    private static final int STATUS_DROPPED = 4;

    private static final int FLAG_DIVIDES = 1;
    private static final int FLAG_COUNTS = 2;
    private static final int FLAG_UNDECIDED = 4;

    private static final int FLAG_READY = 1;
    private static final int FLAG_DROPPED = 2;
    /** From this bit on: what is missing of {@link Joining#FULL}. */
    private static final int MISSING_SHIFT = 2;

    private static final int MEMBERS_PER_FRAME = 7;
    private static final byte[] NO_ADDRESS = new byte[0];

    private final Membership membership;
    private final Agreement agreement;
    private final Joining joining;
    private final MemberFlyweight flyweight = new MemberFlyweight();
    private final StatusFlyweight status = new StatusFlyweight();
    private volatile long configurationHash;
    private volatile long catalogHash;

    MembersExchange(final Membership membership, final Agreement agreement, final Joining joining) {
        this.membership = membership;
        this.agreement = agreement;
        this.joining = joining;
    }

    /** Hashes of this node's files, for others to compare; any thread. */
    void hashes(final long configuration, final long catalog) {
        configurationHash = configuration;
        catalogHash = catalog;
    }

    /** Hash of this node's configuration, 0 if not known. */
    long configurationHash() {
        return configurationHash;
    }

    /** Hash of this node's catalog, 0 if not known. */
    long catalogHash() {
        return catalogHash;
    }

    /** Frames that the view takes. */
    int parts() {
        return 1 + membership.others().size() / MEMBERS_PER_FRAME;
    }

    /** Whether a member's latest word of its view is of the same names as this node's. */
    boolean isAgreed(final Member member) {
        return member.viewHash() == agreement.viewHash() && member.dividedHash() == agreement.dividingHash();
    }

    /**
     * Writes how this node is.
     *
     * @return false if it did not fit.
     */
    boolean writeStatus(final FrameEncoder encoder, final int policy, final long nowNs) {
        final int ready = joining.isReady() ? FLAG_READY | (Joining.FULL - joining.fill()) << MISSING_SHIFT : 0;
        status.state(ready | (joining.hasDropped() ? FLAG_DROPPED : 0), policy)
                .members(membership.all(), membership.reachable(), agreement.viewHash(), agreement.dividingHash())
                .wallClockMs(nowNs / 1_000_000)
                .hashes(configurationHash, catalogHash);
        return encoder.status(status);
    }

    /**
     * Writes one part of the view.
     *
     * @return false if it did not fit.
     */
    boolean write(final FrameEncoder encoder, final int part, final long nowNs) {
        if (!encoder.beginMembers(agreement.viewHash(), part, parts())) {
            return false;
        }
        if (part == 0) {
            encoder.member(of(membership.self(), nowNs));
        }
        final int from = part * MEMBERS_PER_FRAME;
        final int to = Math.min(membership.others().size(), from + MEMBERS_PER_FRAME);
        for (int i = from; i < to; i++) {
            final Member each = membership.others().get(i);
            final boolean isTold = each.isNamed()
                    ? membership.isFading(each, nowNs) || encoder.member(of(each, nowNs))
                    : !membership.unheard().isToBeTold(each, nowNs) || encoder.member(unheard(each));
            if (!isTold) {
                break;
            }
        }
        encoder.endList();
        return true;
    }

    private static int flags(final Member member) {
        return (member.divides() ? FLAG_DIVIDES : 0) | (member.counts() ? FLAG_COUNTS : 0);
    }

    private MemberFlyweight unheard(final Member member) {
        final byte[] listed = member.listed().getBytes(StandardCharsets.UTF_8);
        return at(
                flyweight
                        .view(member.isPresent() ? STATUS_UNHEARD : STATUS_DROPPED, flags(member), member.weight())
                        .identity(0, member.became())
                        .name(Arrays.copyOf(listed, Math.min(listed.length, WireDescriptor.MAX_NAME_BYTES))),
                member.address());
    }

    private MemberFlyweight of(final Member member, final long nowNs) {
        final int undecided = !member.counts() && membership.unheard().isUndecided(nowNs) ? FLAG_UNDECIDED : 0;
        final int flags = flags(member) | undecided;
        flyweight
                .view(member.state() == MemberState.LEFT ? STATUS_LEFT : STATUS_MEMBER, flags, member.weight())
                .identity(member.state() == MemberState.LEFT ? member.leftLife() : member.life(), member.incarnation())
                .name(member.name().getBytes(StandardCharsets.UTF_8));
        return at(flyweight, member.address());
    }

    private static MemberFlyweight at(final MemberFlyweight member, final InetSocketAddress at) {
        if (at == null || at.isUnresolved()) {
            return member.address(NO_ADDRESS, 0);
        }
        return member.address(at.getAddress().getAddress(), at.getPort());
    }

    /** A member begins to tell its view. */
    void onMembers(final Member teller, final long viewHash, final long nowNs) {
        teller.says(viewHash, teller.dividedHash(), nowNs);
    }

    /** It tells of one member. */
    void onMember(final Member teller, final MemberFlyweight told, final long nowNs) {
        if (told.nameLength() == 0) {
            return;
        }
        final String name = new String(told.nameBytes(), 0, told.nameLength(), StandardCharsets.UTF_8);
        switch (told.status()) {
            case STATUS_MEMBER -> {
                final boolean isSelf = name.equals(membership.self().name());
                final Member of =
                        isSelf ? membership.self() : membership.toldOf(name, told.weight(), address(told), nowNs);
                if (of != null) {
                    told(teller, of, told);
                }
            }
            case STATUS_LEFT -> left(teller, membership.find(NameHash.of(name)), told.life(), nowNs);
            case STATUS_UNHEARD -> {
                final Member of =
                        agreement.heeds(teller) ? membership.unheard().told(name, address(told), teller, nowNs) : null;
                if (of != null) {
                    told(teller, of, told);
                }
            }
            case STATUS_DROPPED -> membership.unheard().dropped(name, told.incarnation(), teller, nowNs);
            default -> {
                // Of a later version.
            }
        }
    }

    private void left(final Member teller, final Member of, final long life, final long nowNs) {
        if (of == null || !of.isPresent()) {
            return;
        }
        final boolean isTakenOut = life == 0;
        // Which of two lives is the later nobody can tell by their numbers: who is there has not left.
        final boolean isGone = isTakenOut ? of.isSilent() : of.life() == life || !of.isThere();
        if (isGone) {
            final String how = isTakenOut ? "was taken out of a list, as " : "said goodbye, as ";
            membership.leave(of, how + teller.name() + " tells", nowNs);
            of.leftLife(life);
        }
    }

    private void told(final Member teller, final Member of, final MemberFlyweight told) {
        if (of == teller) {
            agreement.toldOfItself(of, (told.flags() & FLAG_DIVIDES) != 0, (told.flags() & FLAG_COUNTS) != 0);
        } else if (agreement.heeds(teller)) {
            agreement.told(
                    of,
                    (told.flags() & FLAG_DIVIDES) != 0,
                    (told.flags() & FLAG_COUNTS) != 0,
                    (told.flags() & FLAG_UNDECIDED) != 0);
        }
    }

    private static InetSocketAddress address(final MemberFlyweight told) {
        if (told.addressLength() == 0 || told.port() == 0) {
            return null;
        }
        try {
            final byte[] bytes = Arrays.copyOf(told.addressBytes(), told.addressLength());
            return new InetSocketAddress(InetAddress.getByAddress(bytes), told.port());
        } catch (final UnknownHostException impossible) {
            return null;
        }
    }

    /** A member tells how it is. */
    void onStatus(final Peer peer, final StatusFlyweight told, final long nowNs) {
        final Member of = peer.member();
        of.hasState((told.flags() & FLAG_READY) != 0);
        of.fill(Joining.FULL - (told.flags() >>> MISSING_SHIFT & Joining.FULL));
        if (of.hasState()) {
            agreement.onServing(of);
        }
        if ((told.flags() & FLAG_DROPPED) != 0) {
            of.hasDropped(true);
        }
        of.says(told.viewHash(), told.countedHash(), nowNs);
        final long halfTripMs = peer.roundTrip().smoothedNs() / 2_000_000;
        of.tells(told.wallClockMs() + halfTripMs - nowNs / 1_000_000, told.configurationHash(), told.catalogHash());
    }
}
