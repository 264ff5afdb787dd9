package openclaw.edge.sync.simulation;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import openclaw.edge.sync.GossipTransport;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Datagrams between nodes: delayed, lost, repeated and so reordered as a seed says, along links that are up or down one
 * way at a time.
 */
final class SimulatedNetwork {

    private static final int PORT = 7947;

    private final EventQueue events;
    private final Random random;
    private final Map<InetSocketAddress, Port> ports = new HashMap<>();
    private boolean[][] down = new boolean[0][0];
    private long minDelayNs = 100_000;
    private long jitterNs = 400_000;
    private double loss;
    private double duplication;

    // What went through, for the report.
    private long sent;
    private long lost;
    private long bytes;

    SimulatedNetwork(final EventQueue events, final Random random) {
        this.events = events;
        this.random = random;
    }

    static InetSocketAddress address(final int node) {
        try {
            return new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 1, 0, (byte) (node + 1)}), PORT);
        } catch (final UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    static String peer(final int node) {
        return "127.1.0." + (node + 1) + ':' + PORT;
    }

    void nodes(final int count) {
        down = new boolean[count][count];
    }

    void quality(final long newMinDelayNs, final long newJitterNs, final double newLoss, final double newDuplication) {
        minDelayNs = newMinDelayNs;
        jitterNs = newJitterNs;
        loss = newLoss;
        duplication = newDuplication;
    }

    boolean isLossy() {
        return loss > 0;
    }

    void lossless() {
        loss = 0;
        duplication = 0;
    }

    /** From now on a link carries nothing, or everything again. */
    void cut(final int from, final int to, final boolean isDown) {
        down[from][to] = isDown;
    }

    void healAll() {
        for (final boolean[] row : down) {
            Arrays.fill(row, false);
        }
    }

    boolean isUp(final int from, final int to) {
        return !down[from][to];
    }

    boolean isWhole() {
        for (int from = 0; from < down.length; from++) {
            for (int to = 0; to < down.length; to++) {
                if (down[from][to]) {
                    return false;
                }
            }
        }
        return true;
    }

    long sentDatagrams() {
        return sent;
    }

    long lostDatagrams() {
        return lost;
    }

    long sentBytes() {
        return bytes;
    }

    /** Opens a node's port; what was on its way to the port before is lost. */
    Port open(final int node, final Runnable onArrival) {
        final Port port = new Port(node, onArrival);
        ports.put(address(node), port);
        return port;
    }

    private void carry(final int from, final InetSocketAddress to, final byte[] datagram) {
        final Port port = ports.get(to);
        sent++;
        bytes += datagram.length;
        if (port == null || down[from][port.node] || random.nextDouble() < loss) {
            lost++;
            return;
        }
        deliver(from, port, datagram);
        if (random.nextDouble() < duplication) {
            deliver(from, port, datagram);
        }
    }

    private void deliver(final int from, final Port port, final byte[] datagram) {
        final long delayNs = minDelayNs + (jitterNs == 0 ? 0 : (long) (random.nextDouble() * jitterNs));
        events.after(delayNs, () -> port.arrive(new Arrival(address(from), datagram)));
    }

    private static final class Arrival {
        final InetSocketAddress from;
        final byte[] datagram;

        Arrival(final InetSocketAddress from, final byte[] datagram) {
            this.from = from;
            this.datagram = datagram;
        }
    }

    /** One node's end. */
    final class Port implements GossipTransport {

        private static final int MAX_WAITING = 4096;

        private final int node;
        private final Runnable onArrival;
        private final ArrayDeque<Arrival> waiting = new ArrayDeque<>();
        private final UnsafeBuffer view = new UnsafeBuffer(new byte[0]);
        private boolean closed;

        private Port(final int node, final Runnable onArrival) {
            this.node = node;
            this.onArrival = onArrival;
        }

        private void arrive(final Arrival arrival) {
            if (!closed && waiting.size() < MAX_WAITING) {
                waiting.add(arrival);
                onArrival.run();
            }
        }

        @Override
        public int poll(final DatagramHandler handler, final int limit) {
            int polled = 0;
            while (polled < limit && !waiting.isEmpty()) {
                final Arrival arrival = waiting.poll();
                view.wrap(arrival.datagram);
                handler.onDatagram(view, arrival.datagram.length, arrival.from);
                polled++;
            }
            return polled;
        }

        @Override
        public boolean send(final InetSocketAddress to, final UnsafeBuffer datagram, final int lengthBytes) {
            if (closed) {
                return false;
            }
            final byte[] copy = new byte[lengthBytes];
            datagram.getBytes(0, copy);
            carry(node, to, copy);
            return true;
        }

        @Override
        public InetSocketAddress localAddress() {
            return address(node);
        }

        @Override
        public void close() {
            closed = true;
            ports.remove(address(node), this);
        }
    }
}
