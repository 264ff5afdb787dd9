package openclaw.edge.sync;

import org.agrona.concurrent.EpochNanoClock;
import org.agrona.concurrent.IdleStrategy;

/**
 * How the thread of a {@link Cluster} waits between two cycles: a millisecond after one that found something to do, so that
 * what comes together is taken together; else until a datagram comes, unsent growth becomes urgent, or something is due. For
 * that thread alone.
 */
final class GossipIdle implements IdleStrategy {

    private final GossipAgent gossip;
    private final DatagramTransport transport;
    private final EpochNanoClock clock;
    private boolean hasWorked = true;

    GossipIdle(final GossipAgent gossip, final DatagramTransport transport, final EpochNanoClock clock) {
        this.gossip = gossip;
        this.transport = transport;
        this.clock = clock;
    }

    @Override
    public void idle(final int workCount) {
        if (workCount > 0) {
            hasWorked = true;
        } else {
            idle();
        }
    }

    @Override
    public void idle() {
        if (hasWorked) {
            hasWorked = false;
            transport.pause(GossipAgent.SHORT_WAIT_NS);
        } else {
            transport.await(gossip.quietNs(clock.nanoTime()));
        }
    }

    @Override
    public void reset() {
        hasWorked = true;
    }
}
