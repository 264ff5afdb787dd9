package openclaw.edge.sync.session;

import java.net.InetSocketAddress;
import org.agrona.concurrent.UnsafeBuffer;

/** What a {@link SessionTable} asks of, and tells, its owner; called on the thread that calls the table. */
public interface SessionHandler {

    /**
     * A datagram of the handshake is to be sent.
     *
     * @param to its receiver.
     * @param datagram from index 0 on, valid during the call.
     * @param lengthBytes of it.
     */
    void send(InetSocketAddress to, UnsafeBuffer datagram, int lengthBytes);

    /**
     * A session begins; it is the one to send with from now on. At the initiator it is known to the other side only when
     * that has received data: so some should be sent soon.
     *
     * @param session the session.
     */
    void onEstablished(Session session);

    /**
     * Data of a member: verified, new, and for this life.
     *
     * @param session under which it came.
     * @param datagram that holds it, valid during the call.
     * @param bodyStart index of the body's first byte.
     * @param bodyLimit index after its last.
     */
    void onData(Session session, UnsafeBuffer datagram, int bodyStart, int bodyLimit);

    /**
     * An address led to this node itself. Whoever can read and repeat datagrams on the way there can cause this too, so
     * it should be asked again from time to time.
     *
     * @param address that was connected to.
     */
    void onOwnAddress(InetSocketAddress address);
}
