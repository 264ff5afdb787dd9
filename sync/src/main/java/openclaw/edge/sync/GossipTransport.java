package openclaw.edge.sync;

import java.net.InetSocketAddress;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Carries datagrams, unreliably: they may be lost, repeated, reordered and forged. Never blocks and never throws over what
 * the network does. For one thread.
 */
public interface GossipTransport extends AutoCloseable {

    /** Receives what {@link #poll} finds. */
    @FunctionalInterface
    interface DatagramHandler {

        /**
         * One datagram.
         *
         * @param datagram from index 0 on, wrapped around an array from its first byte; valid during the call.
         * @param lengthBytes of it; one more than {@code WireDescriptor.MAX_DATAGRAM_BYTES} if it was longer than that.
         * @param from its sender, as the network says.
         */
        void onDatagram(UnsafeBuffer datagram, int lengthBytes, InetSocketAddress from);
    }

    /**
     * Hands over what has arrived.
     *
     * @param handler receives each.
     * @param limit datagrams at most, at least 1.
     * @return datagrams handed over.
     */
    int poll(DatagramHandler handler, int limit);

    /**
     * Sends one datagram.
     *
     * @param to its receiver.
     * @param datagram from index 0 on, wrapped around an array from its first byte.
     * @param lengthBytes of it.
     * @return whether the network took it; if not, it is lost, as any may be.
     */
    boolean send(InetSocketAddress to, UnsafeBuffer datagram, int lengthBytes);

    /** Where it receives. */
    InetSocketAddress localAddress();

    @Override
    void close();
}
