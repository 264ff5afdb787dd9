package openclaw.edge.bench.cluster;

import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import openclaw.edge.sync.GossipTransport;
import openclaw.edge.sync.wire.WireDescriptor;
import org.agrona.concurrent.UnsafeBuffer;

/** A network in memory: what is sent in one step is received in the next, all of it. For one thread. */
final class VirtualNetwork {

    private final Map<InetSocketAddress, Port> ports = new HashMap<>();
    private final ArrayDeque<Packet> spare = new ArrayDeque<>();

    /** One datagram on its way. */
    private static final class Packet {
        private final byte[] bytes = new byte[WireDescriptor.MAX_DATAGRAM_BYTES];
        private int length;
        private InetSocketAddress from;
    }

    /** A node's end. */
    GossipTransport open(final InetSocketAddress address) {
        final Port port = new Port(address);
        ports.put(address, port);
        return port;
    }

    /** The next step: what was sent has arrived. */
    void step() {
        ports.values().forEach(Port::deliver);
    }

    private final class Port implements GossipTransport {
        private final InetSocketAddress local;
        private final ArrayDeque<Packet> under = new ArrayDeque<>();
        private final ArrayDeque<Packet> arrived = new ArrayDeque<>();
        private final UnsafeBuffer incoming = new UnsafeBuffer(new byte[WireDescriptor.MAX_DATAGRAM_BYTES + 1]);

        private Port(final InetSocketAddress local) {
            this.local = local;
        }

        private void deliver() {
            arrived.addAll(under);
            under.clear();
        }

        @Override
        public int poll(final DatagramHandler handler, final int limit) {
            int polled = 0;
            while (polled < limit && !arrived.isEmpty()) {
                final Packet packet = arrived.remove();
                incoming.putBytes(0, packet.bytes, 0, packet.length);
                handler.onDatagram(incoming, packet.length, packet.from);
                spare.add(packet);
                polled++;
            }
            return polled;
        }

        @Override
        public boolean send(final InetSocketAddress to, final UnsafeBuffer datagram, final int lengthBytes) {
            final Port port = ports.get(to);
            if (port != null) {
                final Packet packet = spare.isEmpty() ? new Packet() : spare.remove();
                datagram.getBytes(0, packet.bytes, 0, lengthBytes);
                packet.length = lengthBytes;
                packet.from = local;
                port.under.add(packet);
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
