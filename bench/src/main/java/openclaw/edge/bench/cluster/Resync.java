package openclaw.edge.bench.cluster;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import openclaw.edge.crdt.LimitSpec;
import openclaw.edge.sync.GossipTransport;
import openclaw.edge.sync.SyncCounter;

/**
 * How long a new node takes until it has what a cluster knows: two nodes with so many keys, half of them counted by each and
 * every tenth by both, and a third that starts without state; UDP on loopback, gossip threads as of a proxy. At the end all
 * rows are compared.
 *
 * <p>Arguments: keys, share of datagrams lost. Exit code 1 if the rows differ.
 */
public final class Resync {

    private static final int NODES = 3;
    private static final int SHARED = 10;
    private static final long SECOND_NS = 1_000_000_000L;
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final List<GossipNode> nodes = new ArrayList<>();
    private final List<GossipTransport> sockets = GossipNode.sockets(NODES);
    private final int keys;
    private final double loss;
    private final Path directory;

    private Resync(final int keys, final double loss, final Path directory) throws IOException {
        this.keys = keys;
        this.loss = loss;
        this.directory = directory;
    }

    /** Measures and prints. */
    public static void main(final String[] arguments) throws Exception {
        final Arguments given = new Arguments(arguments, 2);
        final int keys = given.integer(0, "KEYS", 1_000_000, 1, 10_000_000);
        final double loss = given.loss(1);
        final Path directory = Files.createTempDirectory("resync");
        final Resync run = new Resync(keys, loss, directory);
        boolean isEqual = false;
        try {
            isEqual = run.measure();
        } finally {
            run.nodes.forEach(GossipNode::close);
            Machine.delete(directory);
        }
        System.exit(isEqual ? 0 : 1);
    }

    private GossipNode node(final int number) {
        final List<InetSocketAddress> addresses =
                sockets.stream().map(GossipTransport::localAddress).toList();
        return new GossipNode(
                number,
                directory,
                keys + keys / 8 + 64,
                LimitSpec.of(1_000_000, 1, SECOND_NS, 1),
                new MeteredTransport(sockets.get(number), loss, number + 1),
                addresses,
                new SecureRandom(),
                GossipNode.CLOCK.nanoTime());
    }

    private boolean measure() throws InterruptedException {
        for (int i = 0; i < NODES - 1; i++) {
            nodes.add(node(i).start());
        }
        while (!nodes.stream().allMatch(each -> each.gossip().isReady())) {
            TimeUnit.MILLISECONDS.sleep(1);
        }
        final long filledNs = fill();
        System.out.printf(Locale.ROOT, "%,d keys, loss %.0f %%%n", keys, 100 * loss);
        System.out.printf(
                Locale.ROOT, "  two nodes told one another as they counted: equal after %.2f s%n", filledNs / 1e9);

        final GossipNode added = node(NODES - 1);
        nodes.add(added);
        final Counts before = new Counts();
        final long beginNs = System.nanoTime();
        added.start();
        while (!added.gossip().isReady()) {
            Thread.sleep(1);
        }
        final long readyNs = System.nanoTime() - beginNs;
        while (!isAllThere()) {
            Thread.sleep(1);
        }
        final long equalNs = System.nanoTime() - beginNs;
        report(before, readyNs, equalNs);
        return compare();
    }

    private void report(final Counts before, final long readyNs, final long equalNs) {
        final Counts now = new Counts();
        System.out.printf(
                Locale.ROOT,
                "  the new node: all keys after %.2f s, ready after %.2f s; CPU %.2f s of it, %.2f and %.2f s of the"
                        + " others; %,d datagrams and %.0f MB in all, %,d entries sent, %,d segments again; heap %.0f MB of"
                        + " the three; load average %s%n",
                equalNs / 1e9,
                readyNs / 1e9,
                now.cpuNs[2] / 1e9,
                (now.cpuNs[0] - before.cpuNs[0]) / 1e9,
                (now.cpuNs[1] - before.cpuNs[1]) / 1e9,
                now.datagrams - before.datagrams,
                (now.bytes - before.bytes) / 1e6,
                now.entries - before.entries,
                now.again - before.again,
                Machine.heapBytes() / 1e6,
                Machine.loadAverage());
    }

    /** Each key is counted; how long until both nodes have all. */
    private long fill() throws InterruptedException {
        final long beginNs = System.nanoTime();
        final GossipNode.Demand one = nodes.get(0).demand();
        final GossipNode.Demand other = nodes.get(1).demand();
        for (int key = 0; key < keys; key++) {
            final long nowNs = GossipNode.CLOCK.nanoTime();
            (key % 2 == 0 ? one : other).ofAgent(key, nowNs);
            if (key % SHARED == 0) {
                (key % 2 == 0 ? other : one).ofAgent(key, nowNs);
            }
        }
        while (!isAllThere() || !isAllTold()) {
            TimeUnit.MILLISECONDS.sleep(1);
        }
        return System.nanoTime() - beginNs;
    }

    private boolean isAllThere() {
        return nodes.stream().allMatch(each -> each.table().liveSlots() >= keys);
    }

    private boolean isAllTold() {
        return nodes.stream()
                .allMatch(
                        each -> each.gossip().view().members().stream().allMatch(member -> member.lagVersions() == 0));
    }

    /** Stops the threads and compares all rows. */
    private boolean compare() {
        nodes.forEach(GossipNode::stop);
        final RowSums first = new RowSums(nodes.get(0));
        boolean isEqual = true;
        for (int i = 1; i < NODES; i++) {
            isEqual &= first.isEqualTo(new RowSums(nodes.get(i)));
        }
        System.out.printf(Locale.ROOT, "  %,d rows %s%n", first.rows(), isEqual ? "are equal" : "DIFFER");
        return isEqual;
    }

    private long sum(final SyncCounter counter) {
        return nodes.stream().mapToLong(each -> each.counters().get(counter)).sum();
    }

    /** What all nodes have done so far. */
    private final class Counts {
        private final long datagrams =
                nodes.stream().mapToLong(each -> each.transport().datagrams()).sum();
        private final long bytes =
                nodes.stream().mapToLong(each -> each.transport().bytes()).sum();
        private final long entries = sum(SyncCounter.ENTRIES_OUT);
        private final long again = sum(SyncCounter.RETRANSMISSIONS);
        private final long[] cpuNs = nodes.stream()
                .mapToLong(each -> each.thread() == null
                        ? 0
                        : THREADS.getThreadCpuTime(each.thread().getId()))
                .toArray();
    }
}
