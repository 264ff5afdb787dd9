package openclaw.edge.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import openclaw.edge.crdt.LimitSpec;

/** Some nodes over a network in memory, in virtual time of one step a millisecond. */
final class TestClusterOf {

    static final long STEP_NS = 1_000_000L;

    final MemoryNetwork network;
    final List<TestMember> members = new ArrayList<>();
    final LimitSpec spec;
    long nowNs = 1_800_000_000_000_000_000L;

    /** Whether agents are called only when they have to be, as {@link GossipIdle} does, and not in each step. */
    boolean isWaiting;

    TestClusterOf(final int nodes, final LimitSpec spec, final long seed) {
        this.network = new MemoryNetwork(seed);
        this.spec = spec;
        for (int i = 0; i < nodes; i++) {
            members.add(new TestMember("node-" + (char) ('a' + i), i));
        }
    }

    /** All started with one another as peers. */
    static TestClusterOf started(final int nodes, final long seed) {
        final TestClusterOf cluster =
                new TestClusterOf(nodes, LimitSpec.of(1_000, 1_000, TestMember.SECOND_NS, 1), seed);
        for (int i = 0; i < nodes; i++) {
            cluster.start(i);
        }
        return cluster;
    }

    TestMember member(final int i) {
        return members.get(i);
    }

    /** Starts a node with all others as its configured peers. */
    void start(final int i) {
        final List<InetSocketAddress> peers = new ArrayList<>();
        for (int j = 0; j < members.size(); j++) {
            if (j != i) {
                peers.add(member(j).address);
            }
        }
        start(i, peers);
    }

    void start(final int i, final List<InetSocketAddress> peers) {
        final TestMember member = member(i);
        member.start(
                network.open(member.address),
                TestMember.settings(member.name, member.address, peers, member.weight),
                spec,
                nowNs);
    }

    void kill(final int i) {
        member(i).isRunning = false;
        network.open(member(i).address);
    }

    /** Time passes. */
    void run(final long forNs) {
        final long untilNs = nowNs + forNs;
        while (nowNs < untilNs) {
            step();
        }
    }

    /** Time passes until it is so. */
    void until(final String what, final long atMostNs, final BooleanSupplier isSo) {
        final long untilNs = nowNs + atMostNs;
        while (!isSo.getAsBoolean()) {
            assertThat(nowNs).as(() -> what + ": " + describe()).isLessThan(untilNs);
            step();
        }
    }

    void step() {
        nowNs += STEP_NS;
        network.advance(nowNs);
        for (final TestMember each : members) {
            if (each.isRunning && (!isWaiting || each.isDue(nowNs, network.hasArrived(each.address)))) {
                each.work(nowNs);
                assertThat(each.failures).isEmpty();
            }
        }
    }

    boolean isAllReady() {
        return running().stream().allMatch(each -> each.agent.isReady());
    }

    boolean isAllReachable() {
        final int all = running().size();
        return running().stream()
                .allMatch(each -> each.table.clock().reachable() == all
                        && each.table.clock().all() == all);
    }

    List<TestMember> running() {
        return members.stream().filter(each -> each.isRunning).toList();
    }

    /** All running nodes hold the same counters. */
    boolean isConverged() {
        final var first = running().get(0).counters(nowNs);
        return running().stream().allMatch(each -> each.counters(nowNs).equals(first));
    }

    String describe() {
        final StringBuilder text = new StringBuilder();
        for (final TestMember each : running()) {
            final ClusterView view = each.agent.view();
            text.append('\n')
                    .append(each.name)
                    .append(": k/N ")
                    .append(each.table.clock().reachable())
                    .append('/')
                    .append(each.table.clock().all())
                    .append(' ')
                    .append(view)
                    .append(' ')
                    .append(each.counters(nowNs));
        }
        return text.toString();
    }
}
