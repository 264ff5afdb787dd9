package openclaw.edge.sync.simulation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import openclaw.edge.sync.ClusterView;
import openclaw.edge.sync.MemberState;
import org.agrona.collections.Int2ObjectHashMap;

/**
 * How long what one node admitted was under way to another that refilled as if it knew: from the admission until it was
 * joined, less the time in which the other held its member for silent and withheld its share, or stood still. It is the
 * delay of G3: a bucket that was full meanwhile has lost as much refill as that node's share of R in it, and what comes
 * late is debited all the same.
 */
final class Lateness {

    private final World world;
    private final int nodes;
    private final long[][] heardNs;
    private final boolean[][] isHeard;
    private final long[] sinceNs;
    private final ClusterView[] views;
    private final long[][] mostNs;
    private final long[] lostNs;
    private final long[][] heardInSilence;
    private final Int2ObjectHashMap<Admitted> admitted = new Int2ObjectHashMap<>();

    /** What one incarnation admitted, in order. */
    private static final class Admitted {
        final int node;
        final List<long[]> steps = new ArrayList<>();
        final int[] joined;

        Admitted(final int node, final int nodes) {
            this.node = node;
            this.joined = new int[nodes];
        }
    }

    Lateness(final World world, final int nodes) {
        this.world = world;
        this.nodes = nodes;
        this.heardNs = new long[nodes][nodes];
        this.isHeard = new boolean[nodes][nodes];
        this.sinceNs = new long[nodes];
        this.views = new ClusterView[nodes];
        this.mostNs = new long[nodes][nodes];
        this.lostNs = new long[nodes];
        this.heardInSilence = new long[nodes][nodes];
    }

    private long heardNs(final int by, final int whom) {
        return heardNs[by][whom] + (isHeard[by][whom] ? passedNs(by) : 0);
    }

    /** Since a node's last cycle, but no longer than its lease: after that it refills as if it were alone. */
    private long passedNs(final int node) {
        return Math.min(world.events().nowNs() - sinceNs[node], world.timing().suspectAfterNs() / 2);
    }

    /** A node has done a cycle, and may hear others than before. */
    @SuppressWarnings("ReferenceEquality") // Another object is another view.
    void worked(final SimulatedNode node) {
        final int by = node.number();
        final long passedNs = passedNs(by);
        for (int whom = 0; whom < nodes; whom++) {
            heardNs[by][whom] += isHeard[by][whom] ? passedNs : 0;
        }
        sinceNs[by] = world.events().nowNs();
        final ClusterView view = node.gossip().view();
        if (view != views[by]) {
            views[by] = view;
            Arrays.fill(isHeard[by], false);
            for (final ClusterView.Member member : view.members()) {
                if (member.state() == MemberState.ALIVE) {
                    isHeard[by][SimulatedNode.number(member.name())] = true;
                    heardInSilence[by][SimulatedNode.number(member.name())] = 0;
                }
            }
        }
    }

    /** A process has ended: it hears nobody. */
    void killed(final SimulatedNode node) {
        worked(node);
        Arrays.fill(isHeard[node.number()], false);
        views[node.number()] = null;
        lostNs[node.number()] += world.timing().gossipIntervalNs();
    }

    void admitted(final SimulatedNode node, final int incarnation, final long totalTokens) {
        Admitted of = admitted.get(incarnation);
        if (of == null) {
            of = new Admitted(node.number(), nodes);
            admitted.put(incarnation, of);
        }
        final long[] step = new long[nodes + 1];
        step[nodes] = totalTokens;
        for (int by = 0; by < nodes; by++) {
            step[by] = heardNs(by, node.number());
        }
        of.steps.add(step);
    }

    void joined(final SimulatedNode node, final int incarnation, final long tokens) {
        final Admitted of = admitted.get(incarnation);
        if (of == null) {
            return;
        }
        final int by = node.number();
        while (of.joined[by] < of.steps.size() && of.steps.get(of.joined[by])[nodes] <= tokens) {
            final long lateNs = heardNs(by, of.node) - of.steps.get(of.joined[by])[by];
            mostNs[by][of.node] = Math.max(mostNs[by][of.node], lateNs);
            final long before = of.joined[by] == 0 ? 0 : of.steps.get(of.joined[by] - 1)[nodes];
            heardInSilence[by][of.node] += isHeard[by][of.node] ? 0 : of.steps.get(of.joined[by])[nodes] - before;
            of.joined[by]++;
        }
    }

    /**
     * The most tokens by which a node's bucket may be lower than that of one who knows everything at once, of a tenant
     * whose requests pass a bucket of a part of each node's share: the longest delay so far of each other node, together,
     * and what a process that was killed refilled since its clock was noted.
     */
    double tokens(final int node, final TenantPlan plan, final double part) {
        final double othersNs = Arrays.stream(mostNs[node]).sum() + (double) (nodes - 1) * lostNs[node];
        // Kept for who is silent, though some of it is known to be used.
        final double twice = Arrays.stream(heardInSilence[node])
                .mapToDouble(each -> Math.min((double) each, part * plan.capacityTokens() / nodes))
                .sum();
        return part * plan.refillPerSecond() / nodes * othersNs / World.SECOND + twice;
    }

    /** The longest delays so far at a node, in milliseconds, by node. */
    String at(final int node) {
        return Arrays.toString(
                Arrays.stream(mostNs[node]).map(each -> each / World.MS).toArray());
    }
}
