package openclaw.edge.load.harness;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;

/**
 * Stands between two nodes: each takes a port of this for the other. Carries their datagrams, and nobody else's, unless it is cut,
 * and keeps a copy of some of those to the first.
 */
public final class GossipTap implements AutoCloseable {
    private static final int MAX_DATAGRAM_BYTES = 2_048;
    private static final int BUFFER_BYTES = 1 << 20;
    private static final int MOST_KEPT = 4_096;

    private final Selector selector = Selector.open();
    private final DatagramChannel towardsFirst;
    private final DatagramChannel towardsSecond;
    private final InetSocketAddress first;
    private final InetSocketAddress second;
    private final List<byte[]> kept = new ArrayList<>();
    private final Thread thread;
    private volatile boolean isCut;

    /**
     * Begins to carry.
     *
     * @param firstPort gossip port of the first node
     * @param secondPort gossip port of the second node
     */
    public GossipTap(final int firstPort, final int secondPort) throws IOException {
        first = new InetSocketAddress(InetAddress.getLoopbackAddress(), firstPort);
        second = new InetSocketAddress(InetAddress.getLoopbackAddress(), secondPort);
        towardsFirst = open();
        towardsSecond = open();
        thread = new Thread(this::carry, "gossip-tap");
        thread.setDaemon(true);
        thread.start();
    }

    private DatagramChannel open() throws IOException {
        final DatagramChannel channel = DatagramChannel.open();
        channel.setOption(StandardSocketOptions.SO_RCVBUF, BUFFER_BYTES);
        channel.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        channel.configureBlocking(false);
        channel.register(selector, SelectionKey.OP_READ);
        return channel;
    }

    /** What the first node has for its peer. */
    public int portForFirst() {
        return towardsFirst.socket().getLocalPort();
    }

    /** What the second node has for its peer. */
    public int portForSecond() {
        return towardsSecond.socket().getLocalPort();
    }

    private void carry() {
        final ByteBuffer datagram = ByteBuffer.allocate(MAX_DATAGRAM_BYTES);
        while (selector.isOpen()) {
            try {
                selector.select();
                if (!selector.isOpen()) {
                    return;
                }
                selector.selectedKeys().clear();
                // What the first sends to "its peer" arrives here, and leaves where the second expects its peer.
                carry(towardsFirst, first, datagram, towardsSecond, second);
                carry(towardsSecond, second, datagram, towardsFirst, first);
            } catch (final IOException e) {
                // A port that is closed for now: the node is being started.
                Pause.ms(1);
            }
        }
    }

    private void carry(
            final DatagramChannel arriving,
            final InetSocketAddress sender,
            final ByteBuffer datagram,
            final DatagramChannel leaving,
            final InetSocketAddress receiver)
            throws IOException {
        datagram.clear();
        for (SocketAddress from = arriving.receive(datagram); from != null; from = arriving.receive(datagram)) {
            datagram.flip();
            if (sender.equals(from) && !isCut) {
                if (leaving.equals(towardsFirst)) {
                    keep(datagram);
                }
                leaving.send(datagram, receiver);
            }
            datagram.clear();
        }
    }

    /** Carries nothing from now on, either way, until {@link #heal}. */
    public void cut() {
        isCut = true;
    }

    /** Carries again. */
    public void heal() {
        isCut = false;
    }

    private synchronized void keep(final ByteBuffer datagram) {
        if (kept.size() < MOST_KEPT) {
            final byte[] copy = new byte[datagram.remaining()];
            datagram.duplicate().get(copy);
            kept.add(copy);
        }
    }

    /** Datagrams that the first node has been sent, oldest first. */
    public synchronized List<byte[]> kept() {
        return List.copyOf(kept);
    }

    @Override
    public void close() throws IOException {
        selector.close();
        towardsFirst.close();
        towardsSecond.close();
    }
}
