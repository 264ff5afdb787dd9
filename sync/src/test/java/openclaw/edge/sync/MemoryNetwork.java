package openclaw.edge.sync;

import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.function.BiConsumer;
import java.util.function.BiPredicate;
import org.agrona.concurrent.UnsafeBuffer;

/** A network in memory, in virtual time, that loses, delays, repeats and cuts as its test says. */
final class MemoryNetwork {

    private final Random random;
    private final Map<InetSocketAddress, Port> ports = new HashMap<>();
    private final PriorityQueue<Packet> packets = new PriorityQueue<>();
    private BiConsumer<InetSocketAddress, InetSocketAddress> whileSending = (from, to) -> {};
    private BiPredicate<InetSocketAddress, InetSocketAddress> links = (from, to) -> true;
    private double loss;
    private double duplication;
    private long maxDelayNs = 200_000L;
    private long order;
    private long nowNs;

    MemoryNetwork(final long seed) {
        random = new Random(seed);
    }

    private record Packet(long atNs, long order, InetSocketAddress from, InetSocketAddress to, UnsafeBuffer bytes)
            implements Comparable<Packet> {
        @Override
        public int compareTo(final Packet other) {
            return atNs != other.atNs ? Long.compare(atNs, other.atNs) : Long.compare(order, other.order);
        }
    }

    /** Loses and repeats that share of what is sent. */
    void faults(final double lossShare, final double duplicationShare) {
        loss = lossShare;
        duplication = duplicationShare;
    }

    /** Delays by up to that long. */
    void delay(final long upToNs) {
        maxDelayNs = upToNs;
    }

    /** Who reaches whom. */
    void links(final BiPredicate<InetSocketAddress, InetSocketAddress> reaches) {
        links = reaches;
    }

    /** Delivers what is due. */
    void advance(final long toNs) {
        nowNs = toNs;
        while (!packets.isEmpty() && packets.peek().atNs <= nowNs) {
            final Packet packet = packets.remove();
            final Port port = ports.get(packet.to);
            if (port != null && links.test(packet.from, packet.to)) {
                port.arrived.add(packet);
            }
        }
    }

    /** What happens beside the sender's thread while it sends: from and to. */
    void whileSending(final BiConsumer<InetSocketAddress, InetSocketAddress> action) {
        whileSending = action;
    }

    /** A port; whoever had it before is gone. */
    Port open(final InetSocketAddress address) {
        final Port port = new Port(address);
        ports.put(address, port);
        return port;
    }

    /** Whether something waits to be received there. */
    boolean hasArrived(final InetSocketAddress address) {
        final Port port = ports.get(address);
        return port != null && port.hasArrived();
    }

    /** One node's end. */
    final class Port implements GossipTransport {
        private final InetSocketAddress local;
        private final ArrayDeque<Packet> arrived = new ArrayDeque<>();
        private final UnsafeBuffer incoming = new UnsafeBuffer(new byte[2048]);
        private long sent;

        private Port(final InetSocketAddress local) {
            this.local = local;
        }

        long sent() {
            return sent;
        }

        /** Whether something waits to be received. */
        boolean hasArrived() {
            return !arrived.isEmpty();
        }

        @Override
        public int poll(final DatagramHandler handler, final int limit) {
            int polled = 0;
            while (polled < limit && !arrived.isEmpty()) {
                final Packet packet = arrived.remove();
                final int length = packet.bytes.capacity();
                incoming.putBytes(0, packet.bytes, 0, length);
                handler.onDatagram(incoming, length, packet.from);
                polled++;
            }
            return polled;
        }

        @Override
        public boolean send(final InetSocketAddress to, final UnsafeBuffer datagram, final int lengthBytes) {
            sent++;
            whileSending.accept(local, to);
            for (int copies = random.nextDouble() < duplication ? 2 : 1; copies > 0; copies--) {
                if (random.nextDouble() >= loss) {
                    final byte[] bytes = new byte[lengthBytes];
                    datagram.getBytes(0, bytes);
                    final long atNs = nowNs + 1 + (long) (random.nextDouble() * maxDelayNs);
                    packets.add(new Packet(atNs, ++order, local, to, new UnsafeBuffer(bytes)));
                }
            }
            return true;
        }

        @Override
        public InetSocketAddress localAddress() {
            return local;
        }

        @Override
        public void close() {
            ports.remove(local, this);
        }
    }
}
