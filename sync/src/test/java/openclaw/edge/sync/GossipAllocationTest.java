package openclaw.edge.sync;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.util.List;
import openclaw.edge.crdt.LimitSpec;
import openclaw.edge.sync.wire.WireDescriptor;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** Two agents that send each other changes each millisecond, by the JVM's own count of allocated bytes. */
final class GossipAllocationTest {

    private static final int DATAGRAMS = 50_000;

    /** Hands datagrams over in a ring of preallocated buffers. */
    private static final class Pipe implements GossipTransport {
        private static final int SLOTS = 64;
        private final InetSocketAddress local;
        private final UnsafeBuffer[] buffers = new UnsafeBuffer[SLOTS];
        private final int[] lengths = new int[SLOTS];
        private Pipe other;
        private int head;
        private int tail;
        private long sent;

        Pipe(final InetSocketAddress local) {
            this.local = local;
            for (int i = 0; i < SLOTS; i++) {
                buffers[i] = new UnsafeBuffer(new byte[WireDescriptor.MAX_DATAGRAM_BYTES + 1]);
            }
        }

        @Override
        public int poll(final DatagramHandler handler, final int limit) {
            int polled = 0;
            while (head != tail && polled < limit) {
                handler.onDatagram(buffers[head % SLOTS], lengths[head % SLOTS], other.local);
                head++;
                polled++;
            }
            return polled;
        }

        @Override
        public boolean send(final InetSocketAddress to, final UnsafeBuffer datagram, final int lengthBytes) {
            sent++;
            if (!to.equals(other.local) || other.tail - other.head == SLOTS) {
                return false;
            }
            other.buffers[other.tail % SLOTS].putBytes(0, datagram, 0, lengthBytes);
            other.lengths[other.tail % SLOTS] = lengthBytes;
            other.tail++;
            return true;
        }

        @Override
        public InetSocketAddress localAddress() {
            return local;
        }

        @Override
        public void close() {
            // Nothing is open.
        }
    }

    @Test
    void shouldAllocateNothingPerDatagram() {
        final TestMember[] members = {new TestMember("node-a", 0), new TestMember("node-b", 1)};
        final Pipe[] pipes = {new Pipe(members[0].address), new Pipe(members[1].address)};
        pipes[0].other = pipes[1];
        pipes[1].other = pipes[0];
        final LimitSpec spec = LimitSpec.of(64_000, 64_000_000, TestMember.SECOND_NS, 1);
        long nowNs = 1_800_000_000_000_000_000L;
        for (int i = 0; i < 2; i++) {
            members[i].start(
                    pipes[i],
                    TestMember.settings(members[i].name, members[i].address, List.of(members[1 - i].address), 1),
                    spec,
                    nowNs);
        }
        final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        final long thread = Thread.currentThread().getId();
        double leastBytes = Double.MAX_VALUE;
        for (int round = 0; round < 5; round++) {
            final long sentBefore = pipes[0].sent + pipes[1].sent;
            final long bytesBefore = threads.getThreadAllocatedBytes(thread);
            while (pipes[0].sent + pipes[1].sent - sentBefore < DATAGRAMS) {
                nowNs += 1_000_000L;
                members[0].admits(1_000, nowNs);
                members[0].agent.doWork(nowNs);
                members[1].admits(1_000, nowNs);
                members[1].agent.doWork(nowNs);
            }
            final double bytes = (threads.getThreadAllocatedBytes(thread) - bytesBefore) / (double) DATAGRAMS;
            leastBytes = Math.min(leastBytes, bytes);
        }
        System.out.printf("gossip: %.2f bytes allocated per datagram%n", leastBytes);
        // What is left goes by time: the view that is published each second, the lease of k 64 times in its length.
        assertThat(leastBytes).isLessThan(50);
    }
}
