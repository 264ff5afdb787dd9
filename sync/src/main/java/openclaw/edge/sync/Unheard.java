package openclaw.edge.sync;

import java.net.InetSocketAddress;
import java.util.HashSet;
import java.util.Set;

/**
 * Addresses whose node's name is not known, since nobody was heard there. Those of a list with which a cluster began may be
 * nodes that began with the same list beyond a cut: they are of N, with all members, and are told of by a text, until they
 * are heard or no list has them any more. They never report, so they keep newcomers out as any member does that is silent.
 * Those that a running node's list got later are of nobody's N, and are only tried.
 *
 * <p>Before others are told, and a newcomer is told that it does not count, there is time to learn who is there. For the
 * gossip agent's thread.
 */
final class Unheard {

    /** How long an address may be without a sign of life before people are told. */
    static final long WARN_AFTER_NS = 30_000_000_000L;

    private final Membership membership;
    private final Set<Member> warned = new HashSet<>();
    private long graceNs;

    Unheard(final Membership membership) {
        this.membership = membership;
    }

    /** Sets for how long a new address may still turn out to be somebody who is known. */
    void grace(final long newGraceNs) {
        graceNs = newGraceNs;
    }

    /** Who is known by this address alone, or null. */
    Member at(final InetSocketAddress address) {
        for (final Member each : membership.others()) {
            if (!each.isNamed() && each.isPresent() && address.equals(each.address())) {
                return each;
            }
        }
        return null;
    }

    /** Whether somebody who is told of may yet be who lives at an address that this node counts. */
    boolean isUndecided(final long nowNs) {
        for (final Member each : membership.others()) {
            if (!each.isNamed() && each.isPresent() && nowNs - each.sinceNs() < graceNs) {
                return true;
            }
        }
        return false;
    }

    /** Whether members are to be told of an address. */
    boolean isToBeTold(final Member unheard, final long nowNs) {
        return unheard.isPresent() ? unheard.divides() && nowNs - unheard.sinceNs() >= graceNs : !unheard.isNamed();
    }

    /**
     * A member divides by an address.
     *
     * @param listed the text by which it tells of it.
     * @param address where that is, or null if it does not know.
     * @param teller who tells.
     * @param nowNs now.
     * @return who is known by the address alone here too; null if it is known who lives there, or the address is dropped.
     */
    Member told(final String listed, final InetSocketAddress address, final Member teller, final long nowNs) {
        for (final Member each : membership.others()) {
            final boolean isSame = address != null && address.equals(each.address());
            if (each.isNamed() ? isSame && each.isPresent() : isSame || listed.equals(each.listed())) {
                if (each.address() == null) {
                    each.address(address);
                }
                return each.isNamed() || !each.isPresent() ? null : each;
            }
        }
        return membership.addUnheard(listed, address, "nobody was heard there, as " + teller.name() + " tells", nowNs);
    }

    /**
     * A member has dropped an address.
     *
     * @param listed the text by which it told of it.
     * @param nameHash of who turned out to be there, 0 if no list has it any more.
     * @param teller who tells.
     * @param nowNs now.
     */
    void dropped(final String listed, final long nameHash, final Member teller, final long nowNs) {
        for (final Member each : membership.others()) {
            if (!each.isNamed() && each.isPresent() && each.divides() && listed.equals(each.listed())) {
                final Member is =
                        nameHash == membership.self().nameHash() ? membership.self() : membership.find(nameHash);
                // Who lives there has to be divided by before the address is not.
                if (nameHash == 0 || (is != null && is.divides())) {
                    each.became(nameHash);
                    membership.leave(each, "dropped, as " + teller.name() + " tells", nowNs);
                }
                return;
            }
        }
    }

    /**
     * It is known who lives at an address.
     *
     * @param unheard known by the address alone.
     * @param nameHash of who is there.
     * @param nowNs now.
     */
    void isKnown(final Member unheard, final long nameHash, final long nowNs) {
        drop(unheard, nameHash, "it is known who is there", nowNs);
    }

    /** This node itself was reached at an address. */
    void isSelf(final InetSocketAddress address, final long nowNs) {
        final Member unheard = at(address);
        if (unheard != null) {
            isKnown(unheard, membership.self().nameHash(), nowNs);
        }
    }

    /** No configuration and no DNS names an address any more. */
    void isUnlisted(final Member unheard, final String reason, final long nowNs) {
        drop(unheard, 0, reason, nowNs);
    }

    /** What others were told of is kept for a while, so that they hear of its end. */
    private void drop(final Member unheard, final long nameHash, final String reason, final long nowNs) {
        unheard.origin(null);
        unheard.became(nameHash);
        if (isToBeTold(unheard, nowNs)) {
            membership.leave(unheard, reason, nowNs);
        } else {
            unheard.why(reason);
            membership.forget(unheard);
        }
    }

    /** Tells people of addresses where nobody was heard for long, once of each, and when that is over. */
    void report(final LocalNode node, final long nowNs) {
        for (final Member each : membership.others()) {
            if (isUnheard(each) && nowNs - each.sinceNs() >= WARN_AFTER_NS && warned.add(each)) {
                node.warning("nobody was heard at " + each.listed()
                        + (each.origin() == null
                                ? ", which the list of another member names (" + each.why() + ")"
                                : ", which this node's cluster.peers or cluster.dns names")
                        + (each.divides()
                                ? ": a share of every limit is reserved for it"
                                : ": no limit is divided by it")
                        + "; start the node that belongs there, or take the address out of the list and reload");
            }
        }
        warned.removeIf(each -> !isUnheard(each) && isOver(each, node));
    }

    private boolean isUnheard(final Member member) {
        return !member.isNamed() && member.isPresent() && membership.others().contains(member);
    }

    private boolean isOver(final Member member, final LocalNode node) {
        final Member is = member.isNamed() ? member : membership.find(member.became());
        node.event(
                is == null
                        ? "the address " + member.listed() + ", where nobody was heard, counts no more: " + member.why()
                        : is.name() + " was heard at " + member.listed());
        return true;
    }

    /** The text for an address, the same at all nodes that know where it is. */
    static String text(final PeerAddress peer) {
        return peer.address() == null ? peer.source() : text(peer.address());
    }

    /** An address as text. */
    static String text(final InetSocketAddress at) {
        return new HostPort(
                        at.isUnresolved() ? at.getHostString() : at.getAddress().getHostAddress(), at.getPort())
                .toString();
    }
}
