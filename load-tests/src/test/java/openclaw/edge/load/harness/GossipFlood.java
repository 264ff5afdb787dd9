package openclaw.edge.load.harness;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/** Sends garbage, forgeries and replays to a gossip port, from one thread, as fast as it can. */
public final class GossipFlood implements AutoCloseable {
    private static final int MAX_RANDOM_BYTES = 1_500;

    private final AtomicBoolean isEnding = new AtomicBoolean();
    private final AtomicLong sent = new AtomicLong();
    private final DatagramSocket socket = new DatagramSocket();
    private final Thread thread;

    /**
     * Begins.
     *
     * @param recorded datagrams that the node has been sent: replayed as they are, and with a bit of them turned
     */
    public GossipFlood(final int port, final List<byte[]> recorded, final long seed) throws IOException {
        thread = new Thread(() -> run(port, recorded, new Random(seed)), "gossip-flood");
        thread.start();
    }

    private void run(final int port, final List<byte[]> recorded, final Random random) {
        try {
            final InetAddress loopback = InetAddress.getLoopbackAddress();
            final byte[] noise = new byte[MAX_RANDOM_BYTES];
            while (!isEnding.get()) {
                final byte[] bytes;
                final int kind = random.nextInt(3);
                if (kind == 0) {
                    random.nextBytes(noise);
                    socket.send(new DatagramPacket(noise, random.nextInt(noise.length), loopback, port));
                    sent.incrementAndGet();
                    continue;
                }
                bytes = recorded.get(random.nextInt(recorded.size())).clone();
                if (kind == 1 && bytes.length > 0) {
                    bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
                }
                socket.send(new DatagramPacket(bytes, bytes.length, loopback, port));
                sent.incrementAndGet();
            }
        } catch (final IOException e) {
            throw new IllegalStateException("the flood ended early", e);
        }
    }

    /** Datagrams sent so far. */
    public long sent() {
        return sent.get();
    }

    @Override
    public void close() {
        isEnding.set(true);
        try {
            thread.join();
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
        socket.close();
    }
}
