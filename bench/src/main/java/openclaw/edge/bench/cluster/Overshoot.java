package openclaw.edge.bench.cluster;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import openclaw.edge.crdt.LimitSpec;
import openclaw.edge.sync.GossipTransport;
import openclaw.edge.sync.SyncCounter;

/**
 * How far a cluster exceeds a limit when the demand for one key steps from nothing to a hundred times the limit: nodes in
 * one JVM, each with its gossip thread and its UDP socket on loopback. Two threads ask the nodes in turn, evenly over
 * time; what a thread could not ask within a millisecond, since it did not run, is not made up for.
 *
 * <p>Arguments: rounds, share of datagrams lost, capacity in tokens, nodes. Admitted tokens are compared with
 * {@code B + R * t}, for a full bucket and the time since the step.
 */
public final class Overshoot {

    private static final long SECOND_NS = 1_000_000_000L;
    private static final int REFILL_PER_SECOND = 1_000;
    private static final int DEMAND_PER_SECOND = 100 * REFILL_PER_SECOND;
    private static final int SECONDS = 10;
    private static final int THREADS = 2;
    private static final long LATE_NS = 1_000_000L;
    private static final long NAP_NS = 20_000L;

    private final List<GossipNode> nodes = new ArrayList<>();
    private final int capacity;

    private Overshoot(final int count, final int capacity, final double loss, final Path directory) throws IOException {
        this.capacity = capacity;
        final List<GossipTransport> sockets = GossipNode.sockets(count);
        final List<InetSocketAddress> addresses =
                sockets.stream().map(GossipTransport::localAddress).toList();
        final LimitSpec spec = LimitSpec.of(capacity, REFILL_PER_SECOND, SECOND_NS, 1);
        for (int i = 0; i < count; i++) {
            final MeteredTransport transport = new MeteredTransport(sockets.get(i), loss, i + 1);
            nodes.add(new GossipNode(
                    i, directory, 1_024, spec, transport, addresses, new SecureRandom(), GossipNode.CLOCK.nanoTime()));
        }
        nodes.forEach(GossipNode::start);
    }

    /** Runs the rounds and prints what was admitted. */
    public static void main(final String[] arguments) throws Exception {
        final Arguments given = new Arguments(arguments, 4);
        final int rounds = given.integer(0, "ROUNDS", 5, 1, 1_000);
        final double loss = given.loss(1);
        final int capacity = given.integer(2, "CAPACITY", REFILL_PER_SECOND, 1, 100 * REFILL_PER_SECOND);
        final int count = given.integer(3, "NODES", 8, 2, GossipNode.MOST);
        final Path directory = Files.createTempDirectory("overshoot");
        final Overshoot run = new Overshoot(count, capacity, loss, directory);
        try {
            run.measure(rounds, loss);
        } finally {
            run.nodes.forEach(GossipNode::close);
            Machine.delete(directory);
        }
    }

    private void measure(final int rounds, final double loss) throws InterruptedException {
        System.out.printf(
                Locale.ROOT,
                "%d nodes, R %,d/s, B %,d, demand %,d/s, loss %.0f %%%n",
                nodes.size(),
                REFILL_PER_SECOND,
                capacity,
                DEMAND_PER_SECOND,
                100 * loss);
        while (!nodes.stream().allMatch(each -> each.isComplete(nodes.size()))) {
            TimeUnit.MILLISECONDS.sleep(10);
        }
        final double[] first = new double[rounds];
        final double[] whole = new double[rounds];
        // Compiled code first.
        round();
        for (int i = 0; i < rounds; i++) {
            // Until the bucket is full again, debt and all.
            TimeUnit.MILLISECONDS.sleep(2_000 + 2_000L * capacity / REFILL_PER_SECOND);
            final long silences = sum(SyncCounter.SILENCES);
            final long datagrams = datagrams();
            final long cpuNs = Machine.cpuNs();
            final Round round = round();
            first[i] = round.over(1);
            whole[i] = round.over(SECONDS);
            System.out.printf(
                    Locale.ROOT,
                    "%s, %,d datagrams/s, %.2f of a core, silences %d%n",
                    round,
                    (datagrams() - datagrams) / SECONDS,
                    (double) (Machine.cpuNs() - cpuNs) / (SECONDS * SECOND_NS),
                    sum(SyncCounter.SILENCES) - silences);
        }
        Arrays.sort(first);
        Arrays.sort(whole);
        System.out.printf(
                Locale.ROOT,
                "first second: median %+.2f %%, worst %+.2f %%; %d s: median %+.3f %%, worst %+.3f %%; load average %s%n",
                first[rounds / 2],
                first[rounds - 1],
                SECONDS,
                whole[rounds / 2],
                whole[rounds - 1],
                Machine.loadAverage());
    }

    private long sum(final SyncCounter counter) {
        return nodes.stream().mapToLong(each -> each.counters().get(counter)).sum();
    }

    private long datagrams() {
        return nodes.stream().mapToLong(each -> each.transport().datagrams()).sum();
    }

    private Round round() throws InterruptedException {
        final long beginNs = GossipNode.CLOCK.nanoTime() + TimeUnit.MILLISECONDS.toNanos(5);
        final List<Asker> askers = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            askers.add(new Asker(i, beginNs));
        }
        askers.forEach(Thread::start);
        for (final Asker each : askers) {
            each.join();
        }
        return new Round(askers);
    }

    /** One thread of demand, for every second node. */
    private final class Asker extends Thread {
        private final List<GossipNode.Demand> demands = new ArrayList<>();
        private final long beginNs;
        private final long[] admittedAtNs = new long[4 * (capacity + SECONDS * REFILL_PER_SECOND)];
        private int admitted;
        private long asked;

        Asker(final int number, final long beginNs) {
            this.beginNs = beginNs;
            for (int i = number; i < nodes.size(); i += THREADS) {
                demands.add(nodes.get(i).demand());
            }
        }

        @Override
        public void run() {
            final long everyNs = THREADS * SECOND_NS / DEMAND_PER_SECOND;
            long dueNs = beginNs;
            for (long nowNs = beginNs; nowNs < beginNs + SECONDS * SECOND_NS; nowNs = GossipNode.CLOCK.nanoTime()) {
                if (nowNs < dueNs) {
                    LockSupport.parkNanos(NAP_NS);
                    continue;
                }
                dueNs = Math.max(dueNs, nowNs - LATE_NS) + everyNs;
                if (demands.get((int) (asked++ % demands.size())).ofTenant(nowNs) && admitted < admittedAtNs.length) {
                    admittedAtNs[admitted++] = nowNs - beginNs;
                }
            }
        }
    }

    /** What one step admitted. */
    private final class Round {
        private final long[] admittedAtNs;
        private long asked;

        Round(final List<Asker> askers) {
            long[] all = {};
            for (final Asker each : askers) {
                final int before = all.length;
                all = Arrays.copyOf(all, before + each.admitted);
                System.arraycopy(each.admittedAtNs, 0, all, before, each.admitted);
                asked += each.asked;
            }
            Arrays.sort(all);
            admittedAtNs = all;
        }

        private double bound(final double seconds) {
            return capacity + REFILL_PER_SECOND * seconds;
        }

        /** Admitted above B + R * T, in percent of that. */
        double over(final int seconds) {
            long count = 0;
            for (final long each : admittedAtNs) {
                count += each < seconds * SECOND_NS ? 1 : 0;
            }
            return 100 * (count / bound(seconds) - 1);
        }

        /** The most by which admitted tokens were ever above B + R * t. */
        private double mostTokens() {
            double most = 0;
            for (int i = 0; i < admittedAtNs.length; i++) {
                most = Math.max(most, i + 1 - bound((double) admittedAtNs[i] / SECOND_NS));
            }
            return most;
        }

        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "  first second %+.2f %%, %d s %+.3f %%, at most %.0f tokens above B + R t; asked %,d/s",
                    over(1),
                    SECONDS,
                    over(SECONDS),
                    mostTokens(),
                    asked / SECONDS);
        }
    }
}
