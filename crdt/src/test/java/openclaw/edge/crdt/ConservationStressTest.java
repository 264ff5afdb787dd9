package openclaw.edge.crdt;

import static openclaw.edge.crdt.TestNode.perSecond;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Many threads on few buckets: never one token over, every token counted once. */
final class ConservationStressTest {

    private static final int THREADS = 4;
    private static final long SEED = 42;

    @Test
    void shouldNeverAdmitOneTokenOverOverAnyTimeThatPassed() throws Exception {
        final TestNode node = TestNode.inMemory(64);
        final long capacity = 500;
        final long refillPerSecond = 1_000_000;
        final ReservedBucket shared = node.bucket("shared", perSecond(capacity, refillPerSecond));
        final ReservedBucket other = node.bucket("other", perSecond(2_000, 600_000));
        final QuotaRow quota = node.quotas.row("shared", 1, Long.MAX_VALUE >> 8, true);
        final AtomicLong nowNs = new AtomicLong(node.nowNs);
        final AtomicLong admitted = new AtomicLong();
        final AtomicLong refunded = new AtomicLong();
        run(thread -> {
            final Random random = new Random(SEED + thread);
            final Buckets buckets = new Buckets(node.table, node.quotas);
            final LimitSet set = new LimitSet(3);
            for (int i = 0; i < 200_000; i++) {
                set.clear();
                if (random.nextBoolean()) {
                    set.add(shared);
                    set.add(other);
                } else {
                    set.add(other);
                    set.add(shared);
                }
                set.add(quota);
                final long now = nowNs.addAndGet(random.nextInt(2_000));
                final long tokens = random.nextInt(4);
                if (Decision.isAdmitted(buckets.tryAdmit(set, tokens, now))) {
                    admitted.addAndGet(tokens);
                    if (random.nextInt(8) == 0) {
                        final long back = random.nextLong(tokens + 1);
                        buckets.refund(set, back, now);
                        refunded.addAndGet(back);
                    }
                }
            }
        });
        final long elapsedNs = nowNs.get() - node.nowNs;
        final long net = admitted.get() - refunded.get();
        assertThat(net)
                .as("capacity + refill over %d ns, seed %d", elapsedNs, SEED)
                .isLessThanOrEqualTo(capacity + elapsedNs * refillPerSecond / TestNode.SECOND_NS);
        assertThat(net).as("the limit was reached, seed %d", SEED).isGreaterThan(elapsedNs / 2_000);
        for (final ReservedBucket bucket : List.of(shared, other)) {
            assertThat(node.table.consumedTokens(bucket)).isEqualTo(admitted.get());
            assertThat(node.table.refundedTokens(bucket)).isEqualTo(refunded.get());
        }
        assertThat(node.quotas.consumedTokens(quota)).isEqualTo(admitted.get());
        assertThat(node.quotas.refundedTokens(quota)).isEqualTo(refunded.get());
    }

    @Test
    void shouldGiveOutExactlyTheCapacityWhileTimeStandsStill() throws Exception {
        final long capacity = 100_003;
        final TestNode node = TestNode.inMemory(64);
        final ReservedBucket a = node.bucket("a", perSecond(capacity, 1));
        final ReservedBucket b = node.bucket("b", perSecond(capacity, 7));
        final QuotaRow quota = node.quotas.row("a", 1, capacity, true);
        final AtomicLong admitted = new AtomicLong();
        run(thread -> {
            final Buckets buckets = new Buckets(node.table, node.quotas);
            final LimitSet set = thread % 2 == 0 ? TestNode.set(a, b) : TestNode.set(b, a);
            set.add(quota);
            int refusals = 0;
            while (refusals < 1_000) {
                if (Decision.isAdmitted(buckets.tryAdmit(set, 1, node.nowNs))) {
                    admitted.incrementAndGet();
                } else {
                    refusals++;
                }
            }
        });
        assertThat(admitted.get()).isEqualTo(capacity);
        assertThat(node.table.remainingTokens(a, node.nowNs)).isZero();
        assertThat(node.table.remainingTokens(b, node.nowNs)).isZero();
        assertThat(node.table.consumedTokens(a)).isEqualTo(capacity);
        assertThat(node.quotas.consumedTokens(quota)).isEqualTo(capacity);
    }

    @Test
    void shouldConvertOnceWhileOthersAdmit() throws Exception {
        final TestNode node = TestNode.inMemory(64);
        final long capacity = 50_000;
        final int versions = 200;
        final Random random = new Random(SEED);
        final List<ReservedBucket> handles = new ArrayList<>();
        for (int version = 1; version <= versions; version++) {
            // Paces that divide one another: conversion then rounds nothing away and the count is exact.
            final long intervalNs = TestNode.SECOND_NS << random.nextInt(8);
            handles.add(node.bucket("a", LimitSpec.of(capacity, 1_000, intervalNs, version)));
        }
        final AtomicLong admitted = new AtomicLong();
        final AtomicInteger newest = new AtomicInteger();
        run(thread -> {
            final Buckets buckets = new Buckets(node.table, node.quotas);
            final LimitSet set = new LimitSet(1);
            final Random mine = new Random(SEED + thread);
            for (int i = 0; i < 40_000; i++) {
                if (i % 50 == 0) {
                    newest.getAndUpdate(version -> Math.min(versions - 1, version + 1));
                }
                set.clear();
                // Some still decide by the catalog before.
                set.add(handles.get(Math.max(0, newest.get() - mine.nextInt(2))));
                if (Decision.isAdmitted(buckets.tryAdmit(set, 1, node.nowNs))) {
                    admitted.incrementAndGet();
                }
            }
        });
        assertThat(admitted.get()).as("seed %d", SEED).isEqualTo(capacity);
        assertThat(node.table.consumedTokens(handles.get(0))).isEqualTo(capacity);
    }

    @Test
    void shouldKeepEveryTokenWhileAgentsComeAndAreReclaimed() throws Exception {
        final TestNode node = TestNode.inMemory(128);
        final int agentNames = 300;
        final long capacity = 3;
        final long perTokenNs = 40 * TestNode.SECOND_NS;
        final AgentBuckets agents = node.agents("a", LimitSpec.of(capacity, 1, perTokenNs, 1), 60);
        final AtomicLong nowNs = new AtomicLong(node.nowNs);
        final AtomicLong[] admittedByAgent = new AtomicLong[agentNames];
        for (int i = 0; i < agentNames; i++) {
            admittedByAgent[i] = new AtomicLong();
        }
        final AtomicLong admittedByOverflow = new AtomicLong();
        run(thread -> {
            final Random random = new Random(SEED + thread);
            final Buckets buckets = new Buckets(node.table, node.quotas);
            final KeyHash key = new KeyHash();
            final LimitSet set = new LimitSet(1);
            final byte[] name = new byte[2];
            for (int i = 0; i < 60_000; i++) {
                final long now = nowNs.addAndGet(random.nextInt(200_000_000));
                if (thread == 0) {
                    node.table.sweep(now, 16);
                }
                final int agent = random.nextInt(agentNames);
                name[0] = (byte) agent;
                name[1] = (byte) (agent >> 8);
                set.clear();
                final boolean own = node.table.findOrCreateAgent(set, agents, key.agent(agents, name, 0, 2), now);
                final long decision = buckets.tryAdmit(set, 1, now);
                if (Decision.isAdmitted(decision)) {
                    (own ? admittedByAgent[agent] : admittedByOverflow).incrementAndGet();
                }
            }
        });
        final long elapsedNs = nowNs.get() - node.nowNs;
        final long bound = capacity + elapsedNs / perTokenNs;
        for (final AtomicLong admitted : admittedByAgent) {
            assertThat(admitted.get()).as("seed %d", SEED).isLessThanOrEqualTo(bound);
        }
        assertThat(admittedByOverflow.get()).isLessThanOrEqualTo(bound);
        assertThat(node.table.counters().get(CrdtCounter.RECLAIMED))
                .as("reclaimed, seed %d", SEED)
                .isPositive();
        assertThat(node.table.liveSlots() - 1)
                .isEqualTo(node.table.liveAgents(agents))
                .isLessThanOrEqualTo(60);
        assertThat(node.table.counters().get(CrdtCounter.OVERFLOW_AGENT_BOUND)).isPositive();
    }

    /** The work of one thread. */
    private interface Work {
        void run(int thread) throws Exception;
    }

    private static void run(final Work work) throws Exception {
        final List<Thread> threads = new ArrayList<>();
        final List<Throwable> failures = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            final int number = i;
            final Thread thread = new Thread(() -> {
                try {
                    work.run(number);
                } catch (final Throwable e) {
                    synchronized (failures) {
                        failures.add(e);
                    }
                }
            });
            threads.add(thread);
            thread.start();
        }
        for (final Thread thread : threads) {
            thread.join();
        }
        assertThat(failures).isEmpty();
    }
}
