package openclaw.edge.sync.simulation;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import openclaw.edge.crdt.ReplicaRow;
import openclaw.edge.crdt.ReplicaTable;
import openclaw.edge.sync.ClusterView;
import openclaw.edge.sync.MemberState;

/**
 * That a node without state has the others' before it serves: whatever a member that served held when the node began, it
 * holds when it says that it has pulled that member's state. Of what a member counts itself only what somebody else had
 * joined by then: the rest it may have numbered a moment later.
 */
final class Pulled {

    private static final String PULLED = "pulled";
    private static final long RESTART_NS = 2 * World.SECOND;

    private final World world;
    private final ReplicaRow row = new ReplicaRow();
    private final List<List<Held>> began = new ArrayList<>();

    /** What a process held when a node began. */
    private record Held(SimulatedNode by, int life, List<Map<Integer, Long>> tokens) {}

    Pulled(final World world) {
        this.world = world;
        for (int i = 0; i < world.nodes().length; i++) {
            began.add(List.of());
        }
    }

    /** A node begins, and has no state. */
    void begins(final SimulatedNode node) {
        final List<Held> held = new ArrayList<>();
        for (final SimulatedNode each : world.running()) {
            if (each != node && each.serves() && !each.isStalled() && isLinked(node, each)) {
                held.add(new Held(each, each.life(), tokens(each)));
            }
        }
        for (final Held each : held) {
            onlyToldOf(each, held);
        }
        began.set(node.number(), held);
    }

    /** Of its own counters what others have joined. */
    private void onlyToldOf(final Held of, final List<Held> all) {
        final int own = world.invariants().own(of.by());
        for (int tenant = 0; tenant < world.plans().size(); tenant++) {
            long told = 0;
            for (final Held each : all) {
                final boolean isOther = each.by() != of.by();
                told = isOther ? Math.max(told, each.tokens().get(tenant).getOrDefault(own, 0L)) : told;
            }
            of.tokens().get(tenant).put(own, told);
        }
    }

    private List<Map<Integer, Long>> tokens(final SimulatedNode node) {
        final List<Map<Integer, Long>> tokens = new ArrayList<>();
        for (int tenant = 0; tenant < world.plans().size(); tenant++) {
            tokens.add(new HashMap<>());
        }
        final ReplicaTable table = node.view();
        for (int i = 0; i < table.rows(); i++) {
            if (!table.read(i, row, node.nowNs()) || world.invariants().tenant(row.keyHigh()) < 0) {
                continue;
            }
            final Map<Integer, Long> of = tokens.get(world.invariants().tenant(row.keyHigh()));
            of.put(world.invariants().own(node), row.consumedTokens());
            for (int pair = 0; pair < row.pairs(); pair++) {
                of.put(world.invariants().incarnation(row.incarnationId(pair)), row.consumedTokens(pair));
            }
        }
        return tokens;
    }

    /** A node serves from now on. */
    void serves(final SimulatedNode node) {
        final List<Held> held = began.set(node.number(), List.of());
        if (held.isEmpty() || !node.gossip().view().why().startsWith(PULLED)) {
            return;
        }
        final List<Map<Integer, Long>> has = tokens(node);
        for (final Held each : held) {
            if (each.by().isRunning() && each.by().life() == each.life() && isReached(node, each.by())) {
                check(node, each, has);
            }
        }
    }

    private boolean isLinked(final SimulatedNode node, final SimulatedNode by) {
        return world.network().isUp(by.number(), node.number())
                && world.network().isUp(node.number(), by.number());
    }

    /** Who is heard by others' word alone was not pulled from. */
    private boolean isReached(final SimulatedNode node, final SimulatedNode by) {
        for (final ClusterView.Member each : node.gossip().view().members()) {
            if (each.name().equals(by.name())) {
                return each.state() == MemberState.ALIVE && isLinked(node, by);
            }
        }
        return false;
    }

    /**
     * Of whose restart some have heard and some have not, whose word of it is the later nobody can tell yet; and of what
     * comes over links that lose, nobody says that he has it while there is a gap before it.
     */
    private boolean isUnsettled(final int incarnation) {
        for (final SimulatedNode each : world.running()) {
            if (world.invariants().own(each) == incarnation) {
                return world.network().isLossy() || world.events().nowNs() - each.startedNs() < RESTART_NS;
            }
        }
        return false;
    }

    private void check(final SimulatedNode node, final Held held, final List<Map<Integer, Long>> has) {
        for (int tenant = 0; tenant < has.size(); tenant++) {
            for (final Map.Entry<Integer, Long> each : held.tokens().get(tenant).entrySet()) {
                final long tokens = has.get(tenant).getOrDefault(each.getKey(), 0L);
                if (tokens < each.getValue() && !world.isRetired(each.getKey()) && !isUnsettled(each.getKey())) {
                    world.invariants()
                            .violated("joining: " + node.name() + " serves with " + tokens + " tokens of incarnation "
                                    + each.getKey() + " in " + world.plans().get(tenant) + ", when it began "
                                    + held.by().name() + " held " + each.getValue());
                }
            }
        }
    }
}
