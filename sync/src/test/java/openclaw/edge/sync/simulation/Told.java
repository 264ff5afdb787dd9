package openclaw.edge.sync.simulation;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import openclaw.edge.sync.ClusterView;
import openclaw.edge.sync.MemberState;

/**
 * Whether whom a node counts as heard is heard: what that member had consumed some time ago has been joined. Who only seems
 * to be heard has its share used once more by everybody who takes it for used, in no window that is so short that U does
 * not cover it.
 */
final class Told {

    /** Until somebody relays, as the code waits for it, in ticks. */
    private static final int RELAY_TICKS = 24;

    private final World world;
    private final int tenant;
    private final long boundNs;
    private final long[] stoodStillNs;
    private final Deque<Moment> moments = new ArrayDeque<>();

    /** What each node had consumed, under which incarnation. */
    private static final class Moment {
        private final long atNs;
        private final int[] own;
        private final long[] tokens;

        private Moment(final long atNs, final int[] own, final long[] tokens) {
            this.atNs = atNs;
            this.own = own;
            this.tokens = tokens;
        }
    }

    /** Of one tenant, of whom nothing is refunded. */
    Told(final World world, final int tenant) {
        this.world = world;
        this.tenant = tenant;
        final long lateNs =
                world.timing().suspectAfterNs() + RELAY_TICKS * world.timing().gossipIntervalNs();
        // Once on the way to who relays, once on the way from there.
        this.boundNs = 2 * lateNs + world.timing().suspectAfterNs();
        this.stoodStillNs = new long[world.nodes().length];
    }

    /** To be called again and again. */
    void look() {
        final long nowNs = world.events().nowNs();
        Moment then = null;
        while (!moments.isEmpty() && moments.peekFirst().atNs <= nowNs - boundNs) {
            then = moments.pollFirst();
        }
        for (final SimulatedNode node : world.nodes()) {
            if (node.isPaused() || node.isStalled() || !node.isRunning()) {
                stoodStillNs[node.number()] = nowNs;
            } else if (then != null && node.serves() && stoodStillNs[node.number()] <= then.atNs) {
                check(node, then);
            }
        }
        moments.addLast(moment(nowNs));
    }

    private Moment moment(final long nowNs) {
        final int[] own = new int[world.nodes().length];
        final long[] tokens = new long[own.length];
        Arrays.fill(own, -1);
        final Account account = world.invariants().account(tenant);
        for (final SimulatedNode node : world.running()) {
            own[node.number()] = world.invariants().own(node);
            tokens[node.number()] = account.consumedTokens(own[node.number()]);
        }
        return new Moment(nowNs, own, tokens);
    }

    private void check(final SimulatedNode node, final Moment then) {
        for (final ClusterView.Member member : node.gossip().view().members()) {
            for (final SimulatedNode other : world.running()) {
                if (member.state() == MemberState.ALIVE
                        && member.isCounted()
                        && other.name().equals(member.name())) {
                    check(node, other, then);
                }
            }
        }
    }

    private void check(final SimulatedNode node, final SimulatedNode other, final Moment then) {
        final int own = then.own[other.number()];
        final long consumed = then.tokens[other.number()];
        final long joined = own < 0 ? 0 : world.invariants().account(tenant).joinedTokens(node.number(), own);
        if (own == world.invariants().own(other) && !world.invariants().isShared(own) && joined < consumed) {
            world.invariants()
                    .violated("heard: " + node.name() + " counts " + other.name() + " and has joined " + joined
                            + " tokens of it, " + consumed + " were consumed "
                            + (world.events().nowNs() - then.atNs) / World.MS + " ms ago");
        }
    }
}
