package openclaw.edge.crdt;

import static openclaw.edge.crdt.TestNode.perSecond;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

/** The way of a request through the limits allocates nothing: by the JVM's own count of this thread. */
final class AllocationTest {

    private static final int REQUESTS = 300_000;

    private final TestNode node = TestNode.inMemory(4_096);
    private final AgentBuckets agents = node.agents("t", perSecond(5, 1), 3_000);
    private final ReservedBucket tenant = node.bucket("t", perSecond(1_000_000_000, 1_000_000_000));
    private final QuotaRow quota = node.quotas.row("t", 1, 1L << 60, true);
    private final AgentFinder finder = new AgentFinder(node.table);
    private final LimitSet set = new LimitSet(3);
    private final byte[] name = new byte[16];
    private ReplicaTable replicas;
    private final ReplicaRow row = new ReplicaRow();
    private long admitted;
    private long polled;

    @Test
    void shouldAllocateNothingPerRequest() {
        measure();
    }

    /** Marks taken away now and then, as the gossip agent does, so that they are set anew. */
    @Test
    void shouldAllocateNothingPerRequestWhileChangesAreMarked() {
        replicas = node.table.replicas();
        node.quotas.replicas();
        measure();
        assertThat(polled).as("rows polled").isPositive();
    }

    private void measure() {
        final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        requests();
        final long self = -threads.getCurrentThreadAllocatedBytes() + threads.getCurrentThreadAllocatedBytes();
        final long before = threads.getCurrentThreadAllocatedBytes();
        requests();
        final long allocated = threads.getCurrentThreadAllocatedBytes() - before - self;
        assertThat(admitted).as("admitted").isBetween(1L, 2L * REQUESTS - 1);
        assertThat(allocated).as("bytes in %d requests", REQUESTS).isLessThan(REQUESTS / 100);
    }

    /** Agents found, created, beyond the bound; admitted, refused, refunded; swept in between. */
    private void requests() {
        for (int i = 0; i < REQUESTS; i++) {
            node.nowNs += 20_000;
            name[i % 16]++;
            set.clear();
            set.add(tenant);
            if (i % 2 == 0) {
                finder.findOrCreate(set, agents, name, 0, i % 17, node.nowNs);
            } else {
                node.table.findOrCreateAgent(set, agents, node.key.agent(agents, name, 0, i % 17), node.nowNs);
            }
            set.add(quota);
            if (Decision.isAdmitted(node.buckets.tryAdmit(set, 1 + i % 3, node.nowNs))) {
                admitted++;
                node.buckets.settle(set, i % 3, node.nowNs);
            }
            if (replicas != null && i % 64 == 0) {
                for (int number = replicas.pollChanged(); number >= 0; number = replicas.pollChanged()) {
                    polled += replicas.read(number, row, node.nowNs) ? 1 : 0;
                }
            }
            if (i % 1_024 == 0) {
                node.table.sweep(node.nowNs, 512);
            }
        }
    }
}
