package openclaw.edge.load.harness;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Ports for processes that must be told theirs before they start. They lie below those that Linux gives to whoever asks for any
 * port (from 32,768 on), so that no connection and no other socket of a test takes one between the choice and its use; and none
 * is given twice.
 */
public final class FreePorts {
    private static final int FIRST = 10_000;

    /** A multiple of {@link #FORKS}, so that each keeps to its own when it begins again. */
    private static final int COUNT = 20_001;

    private static final int APART = 97;

    /** JVMs that run tests of one build at the same time; each has every third port. */
    private static final int FORKS = 3;

    private static final int FORK = Integer.getInteger("edge.test.fork", 1) % FORKS;

    /** JVMs of other builds on this machine begin elsewhere. */
    private static final AtomicInteger NEXT =
            new AtomicInteger((int) (ProcessHandle.current().pid() * APART % COUNT));

    private FreePorts() {}

    /** A port of the loopback address that nobody has, neither for TCP nor for UDP. */
    public static int next() throws IOException {
        for (int i = 0; i < COUNT / FORKS; i++) {
            final int port = FIRST + (NEXT.getAndIncrement() * FORKS + FORK) % COUNT;
            if (isFree(port)) {
                return port;
            }
        }
        throw new IOException("no port from " + FIRST + " to " + (FIRST + COUNT - 1) + " is free");
    }

    private static boolean isFree(final int port) {
        final InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        try (ServerSocket stream = new ServerSocket();
                DatagramSocket datagram = new DatagramSocket(address)) {
            stream.bind(address);
            return datagram.isBound();
        } catch (final IOException e) {
            return false;
        }
    }
}
