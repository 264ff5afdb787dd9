package openclaw.edge.crdt;

import static openclaw.edge.crdt.TestNode.perSecond;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.II_Result;

/** What two threads may see of buckets; run by {@link JcstressTest}. */
public final class BucketRaces {

    private BucketRaces() {}

    @JCStressTest
    @Outcome(
            id = {"1, 0", "0, 1"},
            expect = Expect.ACCEPTABLE,
            desc = "one of two gets the only token")
    @Outcome(expect = Expect.FORBIDDEN)
    @State
    public static class OneTokenForTwo {
        private final RaceNode node = new RaceNode();
        private final ReservedBucket bucket = node.bucket("a", perSecond(1, 1));
        private final Side first = node.side(bucket);
        private final Side second = node.side(bucket);

        @Actor
        public final void first(final II_Result r) {
            r.r1 = first.admit();
        }

        @Actor
        public final void second(final II_Result r) {
            r.r2 = second.admit();
        }
    }

    @JCStressTest
    @Outcome(
            id = {"1, 0, 11", "0, 1, 11"},
            expect = Expect.ACCEPTABLE,
            desc = "one of two gets both tokens, and both count it once")
    @Outcome(id = "0, 0, 0", expect = Expect.ACCEPTABLE, desc = "both refused while the other was being undone")
    @Outcome(expect = Expect.FORBIDDEN)
    @State
    public static class AllOrNothing {
        private final RaceNode node = new RaceNode();
        private final ReservedBucket x = node.bucket("x", perSecond(1, 1));
        private final ReservedBucket y = node.bucket("y", perSecond(1, 1));
        private final Side first = node.side(x, y);
        private final Side second = node.side(y, x);

        @Actor
        public final void first(final III_Result r) {
            r.r1 = first.admit();
        }

        @Actor
        public final void second(final III_Result r) {
            r.r2 = second.admit();
        }

        @Arbiter
        public final void after(final III_Result r) {
            r.r3 = (int) (10 * node.taken(x) + node.taken(y));
        }
    }

    @JCStressTest
    @Outcome(
            id = {"1, 0, 1", "0, 1, 1"},
            expect = Expect.ACCEPTABLE,
            desc = "one bucket is made for one agent")
    @Outcome(expect = Expect.FORBIDDEN)
    @State
    public static class CreationOfOneAgent {
        private final RaceNode node = new RaceNode();
        private final AgentBuckets agents = node.agents("a", perSecond(1, 1), 8);
        private final Side first = node.side();
        private final Side second = node.side();

        @Actor
        public final void first(final III_Result r) {
            r.r1 = first.findAndAdmit(agents, (byte) 'a');
        }

        @Actor
        public final void second(final III_Result r) {
            r.r2 = second.findAndAdmit(agents, (byte) 'a');
        }

        @Arbiter
        public final void after(final III_Result r) {
            r.r3 = node.table.liveAgents(agents);
        }
    }

    @JCStressTest
    @Outcome(id = "1, 0", expect = Expect.ACCEPTABLE, desc = "admitted in the old slot or in a new one, once")
    @Outcome(expect = Expect.FORBIDDEN)
    @State
    public static class ReclaimAgainstAdmission {
        private final RaceNode node = new RaceNode();
        private final AgentBuckets agents = node.agents("a", perSecond(1, 1), 8);
        private final Side side = node.side();

        public ReclaimAgainstAdmission() {
            side.find(agents, (byte) 'a');
            node.passReclaimTime();
        }

        @Actor
        public final void admit(final II_Result r) {
            r.r1 = side.admit();
        }

        @Actor
        public final void reclaim() {
            node.sweepAll();
        }

        @Arbiter
        public final void after(final II_Result r) {
            r.r2 = node.side().findAndAdmit(agents, (byte) 'a');
        }
    }

    @JCStressTest
    @Outcome(
            id = {"1, 0, 0", "0, 1, 0"},
            expect = Expect.ACCEPTABLE,
            desc = "two of two tokens are taken, whatever they are counted in")
    @Outcome(expect = Expect.FORBIDDEN)
    @State
    public static class NewVersionsOfALimit {
        private final RaceNode node = new RaceNode();
        private final ReservedBucket old = node.bucket("a", LimitSpec.of(2, 1, 1_000_000_000L, 1));
        private final ReservedBucket slower = node.bucket("a", LimitSpec.of(2, 1, 7_000_000_000L, 2));
        private final ReservedBucket faster = node.bucket("a", LimitSpec.of(2, 3, 1_000_000_000L, 3));
        private final Side first = node.side(slower);
        private final Side second = node.side(faster);

        public NewVersionsOfALimit() {
            node.side(old).admit();
        }

        @Actor
        public final void first(final III_Result r) {
            r.r1 = first.admit();
        }

        @Actor
        public final void second(final III_Result r) {
            r.r2 = second.admit();
        }

        @Arbiter
        public final void after(final III_Result r) {
            r.r3 = node.side(old).admit() + node.side(faster).admit();
        }
    }

    @JCStressTest
    @Outcome(
            id = {"1, 0", "0, 1"},
            expect = Expect.ACCEPTABLE,
            desc = "what was refunded is there, once")
    @Outcome(expect = Expect.FORBIDDEN)
    @State
    public static class RefundAgainstAdmission {
        private final RaceNode node = new RaceNode();
        private final ReservedBucket bucket = node.bucket("a", perSecond(1, 1));
        private final Side first = node.side(bucket);
        private final Side second = node.side(bucket);

        public RefundAgainstAdmission() {
            first.admit();
        }

        @Actor
        public final void refund() {
            first.refund();
        }

        @Actor
        public final void admit(final II_Result r) {
            r.r1 = second.admit();
        }

        @Arbiter
        public final void after(final II_Result r) {
            r.r2 = (int) node.table.remainingTokens(bucket, node.nowNs);
        }
    }

    @JCStressTest
    @Outcome(
            id = {"1, 0, 1", "0, 1, 1"},
            expect = Expect.ACCEPTABLE,
            desc = "the last token of a quota goes to one")
    @Outcome(expect = Expect.FORBIDDEN)
    @State
    public static class LastTokenOfAQuota {
        private final RaceNode node = new RaceNode();
        private final QuotaRow row = node.quotas.row("a", 1, 1, true);
        private final Side first = node.side().with(row);
        private final Side second = node.side().with(row);

        @Actor
        public final void first(final III_Result r) {
            r.r1 = first.admit();
        }

        @Actor
        public final void second(final III_Result r) {
            r.r2 = second.admit();
        }

        @Arbiter
        public final void after(final III_Result r) {
            r.r3 = (int) node.quotas.consumedTokens(row);
        }
    }

    /** Small tables in memory, whose time stands still unless moved. */
    static final class RaceNode {
        final BucketTable table;
        final QuotaTable quotas;
        long nowNs;
        private final TestNode node = TestNode.inMemory(16);

        RaceNode() {
            table = node.table;
            quotas = node.quotas;
            nowNs = node.nowNs;
        }

        ReservedBucket bucket(final String tenant, final LimitSpec spec) {
            return node.bucket(tenant, spec);
        }

        AgentBuckets agents(final String tenant, final LimitSpec spec, final int maxAgents) {
            return node.agents(tenant, spec, maxAgents);
        }

        Side side(final ReservedBucket... buckets) {
            return new Side(this, TestNode.set(buckets));
        }

        long taken(final ReservedBucket bucket) {
            final long consumed = table.consumedTokens(bucket);
            return bucket.spec().capacityTokens() - table.remainingTokens(bucket, nowNs) == consumed ? consumed : 9;
        }

        void passReclaimTime() {
            nowNs += 2 * BucketTable.RECLAIM_AFTER_NS;
        }

        void sweepAll() {
            table.sweep(nowNs, 64);
        }
    }

    /** One thread's side of a race. */
    static final class Side {
        private final RaceNode node;
        private final Buckets buckets;
        private final LimitSet set;
        private final KeyHash key = new KeyHash();
        private final byte[] name = new byte[1];

        Side(final RaceNode node, final LimitSet set) {
            this.node = node;
            this.buckets = new Buckets(node.table, node.quotas);
            this.set = set;
        }

        Side with(final QuotaRow row) {
            set.add(row);
            return this;
        }

        int admit() {
            return Decision.isAdmitted(buckets.tryAdmit(set, 1, node.nowNs)) ? 1 : 0;
        }

        void refund() {
            buckets.refund(set, 1, node.nowNs);
        }

        void find(final AgentBuckets agents, final byte agent) {
            name[0] = agent;
            node.table.findOrCreateAgent(set, agents, key.agent(agents, name, 0, 1), node.nowNs);
        }

        int findAndAdmit(final AgentBuckets agents, final byte agent) {
            find(agents, agent);
            return admit();
        }
    }
}
