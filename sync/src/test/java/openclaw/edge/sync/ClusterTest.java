package openclaw.edge.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import openclaw.edge.crdt.BucketTable;
import openclaw.edge.crdt.Buckets;
import openclaw.edge.crdt.CatalogSlots;
import openclaw.edge.crdt.Decision;
import openclaw.edge.crdt.LimitSet;
import openclaw.edge.crdt.LimitSpec;
import openclaw.edge.crdt.PartitionPolicy;
import openclaw.edge.crdt.QuotaRow;
import openclaw.edge.crdt.QuotaTable;
import openclaw.edge.crdt.ReservedBucket;
import openclaw.edge.crdt.TableConfig;
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.EpochNanoClock;
import org.agrona.concurrent.OffsetEpochNanoClock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Nodes with files, sockets on loopback and threads, as the proxy runs them. */
@Timeout(120)
final class ClusterTest {

    private static final EpochNanoClock CLOCK = new OffsetEpochNanoClock();

    private static final int PATIENCE_SECONDS = 60;

    /** Longer than a busy machine may let a thread wait: who founds a cluster has to be heard within it. */
    private static final int JOIN_TIMEOUT_MS = 2_500;

    @TempDir
    private Path directory;

    private final List<Node> nodes = new ArrayList<>();

    private static final class Node {
        private final BucketTable table;
        private final QuotaTable quotas;
        private final Cluster cluster;
        private final AgentRunner runner;
        private final Buckets buckets;
        private final QuotaRow quota;
        private final ReservedBucket bucket;
        private final LimitSet set = new LimitSet();

        Node(final String name, final Path data, final InetSocketAddress bind, final List<String> peers)
                throws IOException {
            Files.createDirectories(data);
            final long nowNs = CLOCK.nanoTime();
            table = BucketTable.open(TableConfig.of(data.resolve("buckets"), 256), nowNs, 1 + peers.size());
            quotas = QuotaTable.open(TableConfig.of(data.resolve("quotas"), 256), nowNs);
            cluster = Cluster.open(settings(name, bind, peers), data, table, quotas, CLOCK, GossipListener.NONE);
            final CatalogSlots catalog = table.catalogSlots(nowNs);
            bucket = catalog.bucket("tenant", "tenant", LimitSpec.of(1_000_000, 1_000, 1_000_000_000L, 1));
            set.add(bucket);
            catalog.commit();
            quota = quotas.row("tenant", 202_611, 1_000_000, false);
            set.add(quota);
            buckets = new Buckets(table, quotas);
            runner = new AgentRunner(
                    cluster.idling(),
                    failure -> {
                        throw new AssertionError(failure);
                    },
                    null,
                    cluster.agent());
            AgentRunner.startOnThread(runner);
        }

        private static ClusterSettings settings(
                final String name, final InetSocketAddress bind, final List<String> peers) {
            return new ClusterSettings(
                    "test",
                    name,
                    bind,
                    peers,
                    null,
                    List.of(),
                    PartitionPolicy.SHARE,
                    ClusterSettings.GOSSIP_INTERVAL_NS,
                    ClusterSettings.SUSPECT_AFTER_NS,
                    ClusterSettings.CLOSED_AFTER_NS,
                    0,
                    TimeUnit.MILLISECONDS.toNanos(JOIN_TIMEOUT_MS),
                    1);
        }

        boolean admits(final long tokens) {
            return Decision.isAdmitted(buckets.tryAdmit(set, tokens, CLOCK.nanoTime()));
        }

        String describe() {
            return cluster.view() + ", remaining " + table.remainingTokens(bucket, CLOCK.nanoTime()) + " decision "
                    + Long.toHexString(buckets.tryAdmit(set, 100, CLOCK.nanoTime()));
        }

        long known() {
            return quotas.consumedTokens(quota);
        }

        /** Its thread ends where it is; its files are left as they are. */
        void kill() {
            runner.close();
            cluster.close();
            table.close();
            quotas.close();
        }
    }

    @AfterEach
    void closeAll() {
        nodes.forEach(Node::kill);
    }

    @Test
    void shouldExchangeOverSocketsAndGoOnAfterAKillAndAGoodbye() throws Exception {
        final List<InetSocketAddress> addresses = freeAddresses(3);
        for (int i = 0; i < 3; i++) {
            nodes.add(start(i, addresses));
        }
        await(() -> nodes.stream().allMatch(each -> each.cluster.isReady()));
        await(() -> nodes.stream().allMatch(each -> each.table.clock().reachable() == 3));
        for (final Node each : nodes) {
            assertThat(each.admits(100)).as(() -> each.describe()).isTrue();
        }
        await(() -> nodes.stream().allMatch(each -> each.known() == 300));

        nodes.remove(0).kill();
        assertThat(nodes.get(0).admits(50)).isTrue();
        await(() -> nodes.stream().allMatch(each -> each.known() == 350));
        nodes.add(0, start(0, addresses));
        await(() -> nodes.get(0).known() == 350 && nodes.get(0).table.clock().reachable() == 3);
        assertThat(nodes.get(0).cluster.view().why()).contains("goes on");

        assertThat(nodes.get(0).admits(7)).as(() -> nodes.get(0).describe()).isTrue();
        nodes.get(0).cluster.goodbye();
        await(() -> nodes.get(1).known() == 357 && nodes.get(2).known() == 357);
        await(() -> nodes.get(1).table.clock().all() == 2
                && nodes.get(2).table.clock().all() == 2);
        for (final Node each : nodes) {
            assertThat(each.cluster.counters().get(SyncCounter.FAILURES)).isZero();
        }
    }

    @Test
    void shouldCountOneAnotherThoughOneListNamesAnAddressWhereNobodyIs() throws Exception {
        final List<InetSocketAddress> addresses = freeAddresses(4);
        nodes.add(node(0, addresses, 1));
        nodes.add(node(1, addresses, 1, 2));
        nodes.add(node(2, addresses, 0, 3));
        await(() -> nodes.stream().allMatch(each -> each.cluster.isReady()));
        await(() -> nodes.stream()
                .allMatch(each -> each.table.clock().reachable() == 3
                        && each.table.clock().all() == 4));
        for (final Node each : nodes) {
            assertThat(each.admits(1)).as(() -> each.describe()).isTrue();
        }
        await(() -> nodes.stream().allMatch(each -> each.known() == 3));
    }

    private Node start(final int i, final List<InetSocketAddress> addresses) throws IOException {
        // All addresses, its own among them: one list serves all nodes.
        return node(i, addresses, IntStream.range(0, addresses.size()).toArray());
    }

    private Node node(final int i, final List<InetSocketAddress> addresses, final int... listed) throws IOException {
        final List<String> peers = Arrays.stream(listed)
                .mapToObj(each -> "127.0.0.1:" + addresses.get(each).getPort())
                .toList();
        return new Node("edge-" + i, directory.resolve("node-" + i), addresses.get(i), peers);
    }

    private static List<InetSocketAddress> freeAddresses(final int count) throws IOException {
        final List<GossipTransport> transports = new ArrayList<>();
        final List<InetSocketAddress> addresses = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            final GossipTransport transport = DatagramTransport.open(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), new SyncCounters());
            transports.add(transport);
            addresses.add(transport.localAddress());
        }
        transports.forEach(GossipTransport::close);
        return addresses;
    }

    private void await(final BooleanSupplier isSo) throws InterruptedException {
        final long endNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!isSo.getAsBoolean()) {
            assertThat(System.nanoTime() - endNs)
                    .as(() -> nodes.stream().map(Node::describe).toList().toString())
                    .isNegative();
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }
}
