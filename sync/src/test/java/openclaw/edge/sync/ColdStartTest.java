package openclaw.edge.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import openclaw.edge.crdt.LimitSpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Three nodes without a past, over sockets on loopback, driven by hand with one virtual clock: a cluster that is new, or that
 * lost all its state, has one share of every limit at each of its nodes, which all debit, and not the whole of it.
 */
final class ColdStartTest {

    private static final int NODES = 3;
    private static final long START_NS = 1_795_204_800_000_000_000L;
    private static final long STEP_NS = 1_000_000L;
    private static final long PATIENCE_NS = Duration.ofMinutes(1).toNanos();
    private static final int CYCLES_PER_STEP = 4;
    private static final long CAPACITY = 900;
    private static final long SHARE = CAPACITY / NODES;

    /** Nothing of it comes back while the test runs. */
    private static final LimitSpec LIMIT =
            LimitSpec.of(CAPACITY, CAPACITY, Duration.ofDays(30).toNanos(), 1);

    /** Of the share that a node says it has when others take over from it. */
    private static final long ROUNDING = 1 + CAPACITY / Joining.FULL;

    private final AtomicLong nowNs = new AtomicLong(START_NS);
    private final List<LimiterNode> nodes = new ArrayList<>();

    @AfterEach
    void close() {
        nodes.forEach(LimiterNode::close);
    }

    /** All at once, or one of them a moment before the others, who then take over what that one has. */
    @ParameterizedTest
    @ValueSource(longs = {0, 50, 150})
    void shouldAdmitOneShareAtEachNode(final long laterMs) throws IOException {
        begin(laterMs);
        for (final LimiterNode each : nodes) {
            // Nobody hears of what the others admit.
            assertThat(admitted(each)).isBetween(SHARE - ROUNDING, SHARE);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 50, 150})
    void shouldAdmitOneShareInAllWhereEachHearsOfTheOthers(final long laterMs) throws IOException {
        begin(laterMs);
        long admitted = 0;
        for (final LimiterNode each : nodes) {
            admitted += admitted(each);
            final long known = admitted;
            driveUntil("all know of " + known, () -> nodes.stream().allMatch(node -> node.known() == known));
        }
        assertThat(admitted).isBetween(SHARE - ROUNDING, SHARE);
    }

    private static long admitted(final LimiterNode node) {
        long admitted = 0;
        while (node.tryConsume("x", 1)) {
            admitted++;
        }
        return admitted;
    }

    private void begin(final long laterMs) throws IOException {
        // Addresses of this test alone, so that their ports are free.
        final Random random = new Random();
        final String net = "127." + (1 + random.nextInt(250)) + '.' + random.nextInt(250) + '.';
        for (int i = 0; i < NODES; i++) {
            open(net, i);
            if (i == 0) {
                driveFor(Duration.ofMillis(laterMs).toNanos());
            }
        }
        driveUntil(
                "all serve",
                () -> nodes.stream()
                        .allMatch(each -> each.cluster.isReady()
                                && each.cluster.view().reachable() == NODES
                                && each.cluster.view().all() == NODES));
    }

    private void open(final String net, final int number) throws IOException {
        final List<String> peers = IntStream.range(0, NODES)
                .filter(each -> each != number)
                .mapToObj(each -> net + (1 + each) + ":7947")
                .toList();
        final InetSocketAddress bind = new InetSocketAddress(net + (1 + number), 7_947);
        nodes.add(new LimiterNode("node-" + number, bind, peers, LIMIT, LIMIT, nowNs::get));
    }

    private void drive() {
        nowNs.addAndGet(STEP_NS);
        for (int i = 0; i < CYCLES_PER_STEP; i++) {
            nodes.forEach(LimiterNode::doWork);
        }
    }

    private void driveFor(final long ns) {
        for (final long endNs = nowNs.get() + ns; nowNs.get() < endNs; ) {
            drive();
        }
    }

    private void driveUntil(final String what, final BooleanSupplier isSo) {
        final long endNs = nowNs.get() + PATIENCE_NS;
        while (!isSo.getAsBoolean()) {
            assertThat(nowNs.get())
                    .as(
                            "%s; %s",
                            what,
                            nodes.stream().map(each -> each.cluster.view()).toList())
                    .isLessThan(endNs);
            drive();
        }
    }
}
