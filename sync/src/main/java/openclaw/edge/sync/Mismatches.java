package openclaw.edge.sync;

import java.util.HashMap;
import java.util.Map;

/**
 * Whose configuration or catalog differs from this node's: told to people once when it begins and once when it ends. A
 * difference begins when two looks in succession find it, so that files which all nodes reload within a second are none.
 * For the gossip agent's thread.
 */
final class Mismatches {

    private final Membership membership;
    private final MembersExchange exchange;
    private final LocalNode node;
    private final Map<Member, Difference> configurations = new HashMap<>();
    private final Map<Member, Difference> catalogs = new HashMap<>();

    /** How far it has come. */
    private enum Difference {
        SEEN,
        TOLD
    }

    Mismatches(final Membership membership, final MembersExchange exchange, final LocalNode node) {
        this.membership = membership;
        this.exchange = exchange;
        this.node = node;
    }

    /** Looks at what the members told last; to be called once a second. */
    void look() {
        final long configuration = exchange.configurationHash();
        final long catalog = exchange.catalogHash();
        for (final Member each : membership.others()) {
            if (each.isNamed() && each.isPresent()) {
                compare("configuration", configurations, each, each.configurationHash(), configuration);
                compare("catalog", catalogs, each, each.catalogHash(), catalog);
            }
        }
        configurations.keySet().removeIf(this::isGone);
        catalogs.keySet().removeIf(this::isGone);
    }

    /** Of whom is gone the log says that; when it is back it begins anew. */
    private boolean isGone(final Member member) {
        return !member.isPresent() || !membership.others().contains(member);
    }

    private void compare(
            final String what,
            final Map<Member, Difference> differences,
            final Member member,
            final long theirs,
            final long own) {
        if (theirs == 0 || own == 0) {
            return;
        }
        if (theirs == own) {
            if (differences.remove(member) == Difference.TOLD) {
                node.event("the " + what + " of " + member.name() + " is that of this node again: " + hex(own));
            }
        } else if (differences.putIfAbsent(member, Difference.SEEN) == Difference.SEEN) {
            differences.put(member, Difference.TOLD);
            node.warning("the " + what + " of " + member.name() + " differs: " + hex(theirs) + " there, " + hex(own)
                    + " here, expected the same, or limits and quotas are not the same for both: give both the same files"
                    + " and reload");
        }
    }

    private static String hex(final long hash) {
        return String.format("%016x", hash);
    }
}
