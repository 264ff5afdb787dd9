package openclaw.edge.sync.session;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import openclaw.edge.sync.wire.ClusterKeys;
import openclaw.edge.sync.wire.DropReason;
import openclaw.edge.sync.wire.WireDescriptor;
import org.agrona.concurrent.UnsafeBuffer;

/** A node with a table of sessions; what it sends waits in a list until a test delivers it. */
final class TestPeer implements SessionHandler {

    static final byte[] SECRET = {1, 2, 3, 4};
    static final byte[] OTHER_SECRET = {5, 6, 7, 8};

    /** A datagram under way. */
    static final class Packet {
        private final InetSocketAddress from;
        private final byte[] bytes;

        Packet(final InetSocketAddress from, final byte[] bytes) {
            this.from = from;
            this.bytes = bytes;
        }

        InetSocketAddress from() {
            return from;
        }

        byte[] bytes() {
            return bytes;
        }
    }

    final InetSocketAddress address;
    final SessionTable table;
    final List<Packet> sent = new ArrayList<>();
    final List<Session> established = new ArrayList<>();
    final List<Integer> received = new ArrayList<>();
    final List<InetSocketAddress> own = new ArrayList<>();
    boolean records = true;
    private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[WireDescriptor.MAX_DATAGRAM_BYTES + 1]);

    TestPeer(final String name, final int port, final long life, final ClusterKeys keys) {
        address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        table = new SessionTable(identity(name, life), keys, new Random(life), this);
    }

    static SessionIdentity identity(final String name, final long life) {
        return new SessionIdentity(name, life, life + 1, 1);
    }

    static ClusterKeys keys(final byte[]... secrets) {
        return new ClusterKeys("cluster", List.of(secrets));
    }

    @Override
    public void send(final InetSocketAddress to, final UnsafeBuffer datagram, final int lengthBytes) {
        sent.add(new Packet(address, Arrays.copyOf(datagram.byteArray(), lengthBytes)));
    }

    @Override
    public void onEstablished(final Session session) {
        established.add(session);
    }

    @Override
    public void onData(final Session session, final UnsafeBuffer datagram, final int bodyStart, final int bodyLimit) {
        if (records) {
            received.add(datagram.getInt(bodyStart));
        }
    }

    @Override
    public void onOwnAddress(final InetSocketAddress ownAddress) {
        own.add(ownAddress);
    }

    /** A datagram of data under the newest session with a life. */
    Packet data(final long life, final int content) {
        return data(table.current(life), content);
    }

    Packet data(final Session session, final int content) {
        buffer.putInt(WireDescriptor.HEADER_BYTES, content);
        final int length = table.seal(session, buffer, Integer.BYTES);
        return new Packet(address, Arrays.copyOf(buffer.byteArray(), length));
    }

    DropReason receive(final Packet packet, final long nowNs) {
        return receive(packet.bytes(), packet.from(), nowNs);
    }

    DropReason receive(final byte[] bytes, final InetSocketAddress from, final long nowNs) {
        buffer.putBytes(0, bytes);
        return table.receive(buffer, bytes.length, from, nowNs);
    }

    /** The only datagram sent since the last call. */
    Packet takeSent() {
        if (sent.size() != 1) {
            throw new AssertionError(sent.size() + " datagrams were sent, expected 1");
        }
        return sent.remove(0);
    }
}
