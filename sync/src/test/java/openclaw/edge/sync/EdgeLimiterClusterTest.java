package openclaw.edge.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import openclaw.edge.crdt.Decision;
import openclaw.edge.crdt.LimitSpec;
import openclaw.edge.crdt.PartitionPolicy;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * A limiter beside two full members, over sockets on loopback, all three driven by hand with one virtual clock: however
 * slow the machine is, no time passes that the test does not let pass.
 */
final class EdgeLimiterClusterTest {

    private static final long START_NS = 1_795_204_800_000_000_000L;
    private static final long STEP_NS = 5_000_000L;
    private static final long PATIENCE_NS = Duration.ofMinutes(20).toNanos();
    private static final long CAPACITY = 1_000;

    /** One token each 20 ms. */
    private static final long TOKEN_NS = 20_000_000L;

    private static final LimitSpec ALL = LimitSpec.of(CAPACITY, 1, TOKEN_NS, 1);
    private static final LimitSpec EACH = LimitSpec.of(CAPACITY / 2, 1, TOKEN_NS, 1);

    private final AtomicLong nowNs = new AtomicLong(START_NS);
    private boolean isReached = true;
    private LimiterNode a;
    private LimiterNode b;
    private EdgeLimiter limiter;

    private void open() throws IOException {
        open(PartitionPolicy.SHARE);
    }

    private void open(final PartitionPolicy ofAll) throws IOException {
        // Addresses of this test alone, so that their ports are free.
        final Random random = new Random();
        final String net = "127." + (1 + random.nextInt(250)) + '.' + random.nextInt(250) + '.';
        final InetSocketAddress first = new InetSocketAddress(net + "1", 7_947);
        final InetSocketAddress second = new InetSocketAddress(net + "2", 7_947);
        a = new LimiterNode("a", first, List.of(net + "2:7947"), ALL.under(ofAll), EACH, nowNs::get);
        b = new LimiterNode("b", second, List.of(net + "1:7947"), ALL.under(ofAll), EACH, nowNs::get);
        limiter = EdgeLimiter.builder(LimiterNode.TENANT)
                .perTenant("all", CAPACITY, 1, Duration.ofNanos(TOKEN_NS), ofAll)
                .perKey("each", CAPACITY / 2, 1, Duration.ofNanos(TOKEN_NS))
                .mostKeys(100)
                .node("limiter")
                .peers(a.address, b.address)
                .clock(nowNs::get)
                .byHand()
                .open();
    }

    @AfterEach
    void close() {
        if (limiter != null) {
            closeDriven();
            a.close();
            b.close();
        }
    }

    private void closeDriven() {
        final Thread closing = new Thread(limiter::close);
        closing.start();
        while (closing.isAlive()) {
            drive();
            LockSupport.parkNanos(100_000);
        }
    }

    private void drive() {
        nowNs.addAndGet(STEP_NS);
        for (int i = 0; i < 2; i++) {
            if (isReached) {
                a.doWork();
                b.doWork();
            }
            try {
                limiter.agent().doWork();
            } catch (final Exception e) {
                throw new AssertionError(e);
            }
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
            assertThat(nowNs.get()).as("%s; %s", what, limiter.cluster()).isLessThan(endNs);
            drive();
        }
    }

    private void connect() {
        driveUntil("all heard", this::isConnected);
    }

    private boolean isConnected() {
        return limiter.isConnected()
                && limiter.cluster().reachable() == 2
                && a.cluster.view().reachable() == 2
                && b.cluster.view().reachable() == 2;
    }

    private long remaining() {
        return limiter.probe("x", 0).remainingTokens();
    }

    /** Those who begin together begin with a part of every capacity. */
    private void fill() {
        connect();
        driveFor(CAPACITY * TOKEN_NS);
        assertThat(a.remaining()).isEqualTo(CAPACITY);
        assertThat(b.remaining()).isEqualTo(CAPACITY);
    }

    /** What everybody knows that all together have consumed of the tenant's limit. */
    private void driveUntilAllKnow(final long consumed) {
        driveUntil(
                consumed + " tokens are known to all",
                () -> a.known() == consumed
                        && b.known() == consumed
                        && LimiterNode.known(limiter.tables().buckets(), nowNs.get()) == consumed);
    }

    @Test
    void shouldShareOneLimitWithTheMembersAndConverge() throws IOException {
        open();
        fill();
        final long beganNs = nowNs.get();
        final int chunk = 7;
        // One after the other: what several consume before they hear of one another for the first time is the larger,
        // not
        // the sum, to each of them.
        assertThat(limiter.tryConsume("x", 1)).isTrue();
        driveUntilAllKnow(1);
        assertThat(a.tryConsume("x", 1)).isTrue();
        driveUntilAllKnow(2);
        assertThat(b.tryConsume("x", 1)).isTrue();
        driveUntilAllKnow(3);
        long admitted = 3;
        boolean isAdmitting = true;
        for (int round = 0; isAdmitting; round++) {
            isAdmitting = false;
            final String key = "key" + round % 5;
            for (final boolean each :
                    new boolean[] {limiter.tryConsume(key, chunk), a.tryConsume(key, chunk), b.tryConsume(key, chunk)
                    }) {
                admitted += each ? chunk : 0;
                isAdmitting |= each;
            }
            driveUntilAllKnow(admitted);
        }
        final long refilled = (nowNs.get() - beganNs) / TOKEN_NS;
        // Unheard at any time is one chunk of each of the two others, at most.
        assertThat(admitted).isBetween(CAPACITY - 3 * chunk, CAPACITY + refilled + 2 * chunk);
        // A debit that arrives where the bucket had been full meanwhile finds that refill gone: less than a token each.
        assertThat(a.remaining()).isBetween(remaining() - 1, remaining() + 1);
        assertThat(b.remaining()).isBetween(remaining() - 1, remaining() + 1);
    }

    /** What the limiter consumed of one agent, its members refuse, and the other way round. */
    @Test
    void shouldShareTheBucketsOfAgents() throws IOException {
        open();
        fill();
        assertThat(limiter.tryConsume("alice", CAPACITY / 2)).isTrue();
        driveUntil("the members hear of it", () -> !a.tryConsume("alice", 50) && !b.tryConsume("alice", 50));
        assertThat(a.tryConsume("bob", 100)).isTrue();
        driveUntil(
                "the limiter hears of it",
                () -> !limiter.probe("bob", CAPACITY / 2 - 20).isAdmitted());
        limiter.refund("alice", CAPACITY / 2);
        driveUntil("the members hear of it", () -> b.remaining("alice") > 50);
    }

    @Test
    void shouldDecideByStrictBucketsWhileItHearsNobodyYet() throws IOException {
        open();
        isReached = false;
        assertThat(limiter.isConnected()).isFalse();
        assertThat(limiter.tryConsume("x", 1)).as("they begin empty").isFalse();
        driveFor(2 * TOKEN_NS + STEP_NS);
        assertThat(limiter.tryConsume("x", 1)).as("and get one of two tokens").isTrue();
        assertThat(limiter.tryConsume("x", 1)).isFalse();
    }

    @Test
    void shouldLearnTheBucketsHoweverLateTheMembersCome() throws IOException {
        open();
        isReached = false;
        driveFor(3 * ClusterSettings.JOIN_TIMEOUT_NS);
        assertThat(limiter.cluster().isReady()).as(limiter.cluster().why()).isFalse();
        assertThat(limiter.tryConsume("x", 50)).isTrue();
        isReached = true;
        connect();
        driveUntilAllKnow(50);
        assertThat(limiter.probe("z", CAPACITY / 4).isAdmitted())
                .as("the members began empty, each alone, and it is no fuller than they")
                .isFalse();
        driveFor(CAPACITY / 4 * TOKEN_NS);
        assertThat(limiter.probe("z", CAPACITY / 4).isAdmitted()).isTrue();
    }

    @Test
    void shouldFallBackToStrictBucketsWhenCutOffAndBack() throws IOException {
        open();
        fill();
        isReached = false;
        driveUntil("cut off", () -> !limiter.isConnected());
        final LimiterAnswer answer = new LimiterAnswer();
        assertThat(limiter.tryConsume("x", 1, answer)).as("starts empty").isFalse();
        assertThat(answer.limit()).isEqualTo("each");
        assertThat(answer.waitNs()).isBetween(1L, 2 * TOKEN_NS);
        driveFor(20 * TOKEN_NS + STEP_NS);
        long admitted = 0;
        while (limiter.tryConsume("x", 1)) {
            admitted++;
        }
        assertThat(admitted).as("R/N").isEqualTo(10);
        driveFor(2 * CAPACITY * TOKEN_NS);
        assertThat(limiter.probe("x", CAPACITY / 4).isAdmitted()).isTrue();
        assertThat(limiter.tryConsume("x", CAPACITY / 4 + 1)).as("B/N").isFalse();
        assertThat(limiter.tryConsume("x", CAPACITY / 4)).isTrue();
        limiter.consumeAnyway("y", 4);
        limiter.refund("y", 3);

        isReached = true;
        driveUntil("heard again", this::isConnected);
        driveUntil(
                "back in the whole bucket",
                () -> limiter.probe("z", CAPACITY / 2).isAdmitted());
        driveUntilAllKnow(10 + CAPACITY / 4 + 4);
    }

    @Test
    void shouldStartEmptyAtEachCut() throws IOException {
        open();
        fill();
        for (int cut = 0; cut < 3; cut++) {
            isReached = false;
            driveUntil("cut off", () -> !limiter.isConnected());
            assertThat(limiter.tryConsume("x", 1)).isFalse();
            driveFor(4 * TOKEN_NS + STEP_NS);
            assertThat(limiter.tryConsume("x", 2)).isTrue();
            assertThat(limiter.tryConsume("x", 1)).isFalse();
            isReached = true;
            connect();
        }
    }

    @Test
    void shouldGoOnInFullWhenCutOffUnderAnOpenPolicy() throws IOException {
        open(PartitionPolicy.OPEN);
        fill();
        isReached = false;
        driveUntil("cut off", () -> !limiter.isConnected());
        final LimiterAnswer answer = new LimiterAnswer();
        assertThat(limiter.tryConsume("x", 1, answer)).isFalse();
        assertThat(answer.limit()).as("the other limit is shared").isEqualTo("each");
        driveFor(40 * TOKEN_NS);
        assertThat(limiter.tryConsume("x", 20)).isTrue();
    }

    @Test
    void shouldRefuseWhenCutOffForLongUnderAClosedPolicy() throws IOException {
        open(PartitionPolicy.CLOSED);
        fill();
        isReached = false;
        driveUntil("cut off", () -> !limiter.isConnected());
        driveFor(2 * ClusterSettings.CLOSED_AFTER_NS);
        final LimiterAnswer answer = new LimiterAnswer();
        assertThat(limiter.tryConsume("x", 1, answer)).isFalse();
        assertThat(answer.limit()).isEqualTo("all");
        assertThat(answer.reason()).isEqualTo(Decision.REASON_PARTITION);
        isReached = true;
        connect();
        driveUntil("open again", () -> limiter.tryConsume("x", 1));
    }

    @Test
    void shouldOutliveAllMembers() throws IOException {
        open();
        fill();
        a.close();
        b.close();
        isReached = false;
        driveUntil("cut off", () -> !limiter.isConnected());
        driveFor(4 * TOKEN_NS + STEP_NS);
        assertThat(limiter.tryConsume("x", 2)).isTrue();
        assertThat(limiter.tryConsume("x", 1)).isFalse();
        assertThat(limiter.cluster().all()).as("N as last known").isEqualTo(2);
    }

    @Test
    void shouldTellTheMembersBeforeItLeaves() throws IOException {
        open();
        fill();
        limiter.consumeAnyway("x", 400);
        closeDriven();
        assertThat(a.known()).isEqualTo(400);
        assertThat(b.known()).isEqualTo(400);
        driveMembersUntilLeft();
        assertThat(a.cluster.view().all()).isEqualTo(2);
    }

    private void driveMembersUntilLeft() {
        final long endNs = nowNs.get() + Duration.ofSeconds(5).toNanos();
        while (a.stateOf("limiter") != MemberState.LEFT || b.stateOf("limiter") != MemberState.LEFT) {
            assertThat(nowNs.get()).isLessThan(endNs);
            nowNs.addAndGet(STEP_NS);
            a.doWork();
            b.doWork();
        }
    }
}
