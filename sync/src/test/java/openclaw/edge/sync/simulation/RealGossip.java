package openclaw.edge.sync.simulation;

import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import openclaw.edge.crdt.NodeIncarnation;
import openclaw.edge.sync.ClusterSettings;
import openclaw.edge.sync.ClusterView;
import openclaw.edge.sync.GossipAgent;
import openclaw.edge.sync.GossipContext;
import openclaw.edge.sync.GossipListener;
import openclaw.edge.sync.LocalTables;
import openclaw.edge.sync.PeerDirectory;
import openclaw.edge.sync.SyncCounters;

/** The gossip agent as a node runs it, over the simulated network. */
final class RealGossip implements Gossip {

    /** How long somebody is silent before limits that then close refuse. */
    static final long CLOSED_AFTER_NS = World.SECOND;

    private static final String RETIRED = "is no more, and everybody has";
    private static final byte[] SECRET = "a secret of a simulation".getBytes(StandardCharsets.UTF_8);

    private final SimulatedNode node;
    private final GossipAgent agent;

    RealGossip(final World world, final SimulatedNode node) {
        this.node = node;
        final SyncCounters counters = new SyncCounters();
        final NodeIncarnation incarnation = NodeIncarnation.open(node.table(), node.quotas(), node.bootId());
        this.agent = new GossipAgent(
                settings(world, node),
                new LocalTables(node.table(), node.quotas(), incarnation),
                node.port(),
                new PeerDirectory(
                        host -> {
                            throw new UnknownHostException(host);
                        },
                        Runnable::run,
                        counters),
                new GossipContext(counters, node.disk(), new Listener(world, node)),
                new Random(world.random().nextLong()),
                node.nowNs());
    }

    static Gossip.Factory factory(final World world) {
        return node -> new RealGossip(world, node);
    }

    private static ClusterSettings settings(final World world, final SimulatedNode node) {
        return new ClusterSettings(
                "simulated",
                node.name(),
                SimulatedNetwork.address(node.number()),
                world.peers(node.number()),
                null,
                List.of(SECRET),
                world.policy(),
                world.timing().gossipIntervalNs(),
                world.timing().suspectAfterNs(),
                CLOSED_AFTER_NS,
                world.deadAfterNs(),
                world.timing().joinTimeoutNs(),
                1);
    }

    GossipAgent agent() {
        return agent;
    }

    @Override
    public int doWork() {
        return agent.doWork(node.nowNs());
    }

    @Override
    public boolean isReady() {
        return agent.isReady();
    }

    @Override
    public ClusterView view() {
        return agent.view();
    }

    @Override
    public SyncCounters counters() {
        return agent.counters();
    }

    @Override
    public void goodbye() {
        agent.goodbye(node.nowNs());
    }

    @Override
    public boolean isGone() {
        return agent.isGone();
    }

    @Override
    public void close() {
        // A killed process closes nothing.
    }

    /** What a node logs is part of the report; what it gives up over an error of its own fails the run. */
    private record Listener(World world, SimulatedNode node) implements GossipListener {
        @Override
        public void onEvent(final String event) {
            world.note(node.name() + ": " + event);
            if (event.contains(RETIRED)) {
                final int from = event.indexOf("0x") + 2;
                world.retired(Long.parseUnsignedLong(event.substring(from, event.indexOf(' ', from)), 16));
            }
        }

        @Override
        public void onFailure(final String what, final Throwable failure) {
            final StackTraceElement[] trace = failure.getStackTrace();
            world.invariants()
                    .violated("failure: " + node.name() + ": " + what + ": " + failure
                            + (trace.length == 0 ? "" : " at " + trace[0]));
        }
    }
}
