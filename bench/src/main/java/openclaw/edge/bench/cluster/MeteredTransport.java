package openclaw.edge.bench.cluster;

import java.net.InetSocketAddress;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import openclaw.edge.sync.GossipTransport;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A transport that counts what its node sends, and loses a share of it before the network sees it. Sending is for the
 * gossip thread; the counts may be read by any, a little late.
 */
final class MeteredTransport implements GossipTransport {

    /** Headers of IPv4 and UDP. */
    static final int HEADER_BYTES = 28;

    private final GossipTransport transport;
    private final SplittableRandom random;
    private final double loss;
    private final FrameTally tally = new FrameTally();
    private volatile boolean isReset;
    private final AtomicLong datagrams = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();

    /**
     * A meter before a transport.
     *
     * @param transport carries what is not lost.
     * @param loss share of the datagrams that are lost, 0 to 1.
     * @param seed of what is lost.
     */
    MeteredTransport(final GossipTransport transport, final double loss, final long seed) {
        this.transport = transport;
        this.loss = loss;
        this.random = new SplittableRandom(seed);
    }

    /** Datagrams that the node has sent, those lost among them. */
    long datagrams() {
        return datagrams.get();
    }

    /** Their payload. */
    long bytes() {
        return bytes.get();
    }

    /** What the datagrams consisted of; exact once the gossip thread has ended. */
    FrameTally tally() {
        return tally;
    }

    /** Counts anew from the next datagram on. */
    void reset() {
        isReset = true;
    }

    @Override
    public boolean send(final InetSocketAddress to, final UnsafeBuffer datagram, final int lengthBytes) {
        if (isReset) {
            isReset = false;
            datagrams.set(0);
            bytes.set(0);
            tally.reset();
        }
        datagrams.incrementAndGet();
        tally.add(datagram, lengthBytes);
        bytes.addAndGet(lengthBytes);
        return random.nextDouble() < loss || transport.send(to, datagram, lengthBytes);
    }

    @Override
    public int poll(final DatagramHandler handler, final int limit) {
        return transport.poll(handler, limit);
    }

    @Override
    public InetSocketAddress localAddress() {
        return transport.localAddress();
    }

    @Override
    public void close() {
        transport.close();
    }
}
