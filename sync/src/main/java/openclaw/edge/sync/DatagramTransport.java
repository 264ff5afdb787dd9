package openclaw.edge.sync;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.concurrent.locks.LockSupport;
import openclaw.edge.sync.wire.WireDescriptor;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * UDP by one non-blocking socket, not connected, so that one peer's closed port is no error of another's. For one thread;
 * what goes wrong is counted here, what goes well by who sends and receives.
 */
public final class DatagramTransport implements GossipTransport {

    /** What the socket's buffers are asked to hold: some 3,000 datagrams of full length. */
    static final int SOCKET_BUFFER_BYTES = 4 << 20;

    private static final long MILLISECOND_NS = 1_000_000L;

    private final DatagramChannel channel;
    private final Selector selector;
    private final InetSocketAddress local;
    private final SyncCounters counters;
    // One byte more than a datagram may have, so that longer ones are told apart and not read as cut ones.
    private final byte[] incoming = new byte[WireDescriptor.MAX_DATAGRAM_BYTES + 1];
    private final ByteBuffer incomingBytes = ByteBuffer.wrap(incoming);
    private final UnsafeBuffer incomingBuffer = new UnsafeBuffer(incoming);
    // The array that was sent last and its view: the agent sends from very few.
    private byte[] outgoing = new byte[0];
    private ByteBuffer outgoingBytes = ByteBuffer.wrap(outgoing);

    private DatagramTransport(final DatagramChannel channel, final Selector selector, final SyncCounters counters)
            throws IOException {
        this.channel = channel;
        this.selector = selector;
        this.counters = counters;
        this.local = (InetSocketAddress) channel.getLocalAddress();
    }

    /**
     * Opens a socket.
     *
     * @param bind where to receive; port 0 for any free one.
     * @param counters to count with.
     * @return the transport.
     * @throws IOException if the address cannot be had.
     */
    public static DatagramTransport open(final InetSocketAddress bind, final SyncCounters counters) throws IOException {
        if (bind.isUnresolved()) {
            throw new IOException(
                    "cannot bind to " + bind + ": the name does not resolve, expected an address of this" + " machine");
        }
        final DatagramChannel channel = DatagramChannel.open(
                bind.getAddress() instanceof Inet6Address ? StandardProtocolFamily.INET6 : StandardProtocolFamily.INET);
        try {
            channel.configureBlocking(false);
            // Asked for; the system may give less, and says nothing.
            channel.setOption(StandardSocketOptions.SO_RCVBUF, SOCKET_BUFFER_BYTES);
            channel.setOption(StandardSocketOptions.SO_SNDBUF, SOCKET_BUFFER_BYTES);
            channel.bind(bind);
            final Selector selector = Selector.open();
            channel.register(selector, SelectionKey.OP_READ);
            return new DatagramTransport(channel, selector, counters);
        } catch (final IOException e) {
            channel.close();
            throw new IOException(
                    "cannot bind UDP to " + bind + ": " + e.getMessage() + "; expected a free address of this machine",
                    e);
        }
    }

    @Override
    public int poll(final DatagramHandler handler, final int limit) {
        int received = 0;
        while (received < limit) {
            final InetSocketAddress from = receive();
            if (from == null) {
                break;
            }
            received++;
            handler.onDatagram(incomingBuffer, incomingBytes.position(), from);
        }
        return received;
    }

    private InetSocketAddress receive() {
        try {
            incomingBytes.clear();
            final SocketAddress from = channel.receive(incomingBytes);
            return (InetSocketAddress) from;
        } catch (final IOException e) {
            // An ICMP error about an earlier datagram, or the socket was closed: nothing that arrived.
            counters.add(SyncCounter.RECEIVE_FAILED, 1);
            return null;
        }
    }

    @Override
    public boolean send(final InetSocketAddress to, final UnsafeBuffer datagram, final int lengthBytes) {
        final boolean sent = trySend(to, view(datagram.byteArray(), lengthBytes));
        if (!sent) {
            counters.add(SyncCounter.SEND_FAILED, 1);
        }
        return sent;
    }

    private boolean trySend(final InetSocketAddress to, final ByteBuffer bytes) {
        try {
            return !to.isUnresolved() && channel.send(bytes, to) > 0;
        } catch (final IOException | IllegalArgumentException | SecurityException e) {
            // No route, a port closed, an address of the other family: the peer is not reached, and its silence tells.
            return false;
        }
    }

    private ByteBuffer view(final byte[] array, final int lengthBytes) {
        if (array != outgoing) {
            outgoing = array;
            outgoingBytes = ByteBuffer.wrap(array);
        }
        return outgoingBytes.limit(lengthBytes).position(0);
    }

    /**
     * Waits until a datagram is there, {@link #wake} was called since the last wait, the thread is interrupted, or the time is over.
     *
     * @param atMostNs nanoseconds; waits are of whole milliseconds, at least one.
     */
    void await(final long atMostNs) {
        try {
            selector.select(Math.max(1, atMostNs / MILLISECOND_NS));
            selector.selectedKeys().clear();
        } catch (final IOException | ClosedSelectorException e) {
            counters.add(SyncCounter.RECEIVE_FAILED, 1);
            pause(atMostNs);
        }
    }

    /** Waits whatever comes; the next {@link #await} returns at once if something has. */
    void pause(final long forNs) {
        LockSupport.parkNanos(forNs);
    }

    /** Ends a wait, or the next one. Any thread. */
    void wake() {
        selector.wakeup();
    }

    @Override
    public InetSocketAddress localAddress() {
        return local;
    }

    @Override
    public void close() {
        try (channel;
                selector) {
            // Both are closed, whatever the first one says.
        } catch (final IOException e) {
            // It is of no use any more, closed or not.
            counters.add(SyncCounter.RECEIVE_FAILED, 1);
        }
    }
}
