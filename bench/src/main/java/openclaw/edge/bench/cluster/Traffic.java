package openclaw.edge.bench.cluster;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.function.ToLongFunction;
import openclaw.edge.crdt.LimitSpec;
import openclaw.edge.sync.GossipTransport;
import openclaw.edge.sync.SyncCounter;

/**
 * What gossip costs the network: bytes and datagrams per second that one node sends to one other, idle and while so many
 * agents' keys are active. Active: each key is asked once a second, at a random node. Signed datagrams, default times.
 *
 * <p>Arguments: nodes, active keys (0: idle), seconds, {@code sockets} (threads and UDP on loopback) or {@code virtual}
 * (one thread, virtual time in steps of a millisecond, a network in memory that takes a step).
 */
public final class Traffic {

    private static final long SECOND_NS = 1_000_000_000L;
    private static final long STEP_NS = 1_000_000L;
    private static final int STEPS_PER_SECOND = 1_000;
    private static final int FIRST_PORT = 10_000;
    private static final int SETTLE_SECONDS = 4;

    private final List<GossipNode> nodes = new ArrayList<>();
    private final List<GossipNode.Demand> demands = new ArrayList<>();
    private final SplittableRandom random = new SplittableRandom(1);
    private final VirtualNetwork network;
    private final int keys;
    private double owed;
    private long nowNs = GossipNode.CLOCK.nanoTime();

    private Traffic(final int count, final int keys, final boolean isVirtual, final Path directory) throws IOException {
        this.keys = keys;
        this.network = isVirtual ? new VirtualNetwork() : null;
        final List<GossipTransport> transports = isVirtual ? ports(count) : GossipNode.sockets(count);
        final List<InetSocketAddress> addresses =
                transports.stream().map(GossipTransport::localAddress).toList();
        final LimitSpec spec = LimitSpec.of(1_000_000, 1_000_000, SECOND_NS, 1);
        for (int i = 0; i < count; i++) {
            final GossipNode node = new GossipNode(
                    i,
                    isVirtual ? null : directory,
                    1_024 + keys + keys / 8,
                    spec,
                    new MeteredTransport(transports.get(i), 0, i + 1),
                    addresses,
                    new SecureRandom(),
                    nowNs);
            nodes.add(node);
            demands.add(node.demand());
        }
    }

    private List<GossipTransport> ports(final int count) {
        final List<GossipTransport> ports = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            ports.add(network.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), FIRST_PORT + i)));
        }
        return ports;
    }

    /** Measures and prints. */
    public static void main(final String[] arguments) throws Exception {
        final Arguments given = new Arguments(arguments, 4);
        final int count = given.integer(0, "NODES", 3, 2, GossipNode.MOST);
        final int keys = given.integer(1, "KEYS", 0, 0, 1_000_000);
        final int seconds = given.integer(2, "SECONDS", 5, 1, 3_600);
        final boolean isVirtual = given.isFirst(3, "sockets|virtual", "virtual", "sockets");
        final Path directory = Files.createTempDirectory("traffic");
        final Traffic run = new Traffic(count, keys, isVirtual, directory);
        try {
            run.measure(seconds, isVirtual ? "virtual time" : "sockets");
        } finally {
            run.nodes.forEach(GossipNode::close);
            Machine.delete(directory);
        }
    }

    private void measure(final int seconds, final String how) {
        if (network == null) {
            nodes.forEach(GossipNode::start);
        }
        while (!nodes.stream().allMatch(each -> each.isComplete(nodes.size()))) {
            pass(SECOND_NS / 10, 0);
        }
        pass(SETTLE_SECONDS * SECOND_NS, keys);
        nodes.forEach(each -> each.transport().reset());
        final long entries = sum(SyncCounter.ENTRIES_OUT);
        final long again = sum(SyncCounter.RETRANSMISSIONS);
        final long cpuNs = Machine.cpuNs();
        final long silences = sum(SyncCounter.SILENCES);
        pass(seconds * SECOND_NS, keys);
        final double links = (double) nodes.size() * (nodes.size() - 1) * seconds;
        final double datagrams = sent(MeteredTransport::datagrams) / links;
        final double bytes = sent(MeteredTransport::bytes) / links;
        System.out.printf(
                Locale.ROOT,
                "%d nodes, %,d active keys, %s: to each peer %,.1f datagrams/s, %,.0f B/s, with IP and UDP %,.0f B/s; of a"
                        + " node %,.0f datagrams/s, %,.0f KB/s; %,.1f entries/s, %.1f segments/s again, silences %d,"
                        + " %.3f of a core per node%n",
                nodes.size(),
                keys,
                how,
                datagrams,
                bytes,
                bytes + datagrams * MeteredTransport.HEADER_BYTES,
                datagrams * (nodes.size() - 1),
                (bytes + datagrams * MeteredTransport.HEADER_BYTES) * (nodes.size() - 1) / 1_000,
                (sum(SyncCounter.ENTRIES_OUT) - entries) / links,
                (sum(SyncCounter.RETRANSMISSIONS) - again) / links,
                sum(SyncCounter.SILENCES) - silences,
                (double) (Machine.cpuNs() - cpuNs) / seconds / SECOND_NS / nodes.size());
        final FrameTally tally = new FrameTally();
        nodes.forEach(each -> tally.add(each.transport().tally()));
        System.out.println("  B/s to each peer: " + tally.describe(links));
    }

    private double sent(final ToLongFunction<MeteredTransport> count) {
        return nodes.stream()
                .mapToLong(each -> count.applyAsLong(each.transport()))
                .sum();
    }

    private long sum(final SyncCounter counter) {
        return nodes.stream().mapToLong(each -> each.counters().get(counter)).sum();
    }

    /** Time passes, and so many requests a second come. */
    private void pass(final long forNs, final int perSecond) {
        for (long untilNs = nowNs + forNs; nowNs < untilNs; ) {
            if (network == null) {
                LockSupport.parkNanos(STEP_NS);
                final long passedNs = Math.max(0, GossipNode.CLOCK.nanoTime() - nowNs);
                nowNs += passedNs;
                owed += (double) perSecond * passedNs / SECOND_NS;
            } else {
                nowNs += STEP_NS;
                owed += (double) perSecond / STEPS_PER_SECOND;
                network.step();
                for (final GossipNode each : nodes) {
                    each.gossip().doWork(nowNs);
                }
            }
            for (; owed >= 1; owed--) {
                demands.get(random.nextInt(demands.size())).ofAgent(random.nextInt(perSecond), nowNs);
            }
        }
    }
}
