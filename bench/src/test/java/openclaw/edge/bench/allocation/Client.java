package openclaw.edge.bench.allocation;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import javax.net.ssl.SSLContext;

/** One connection that sends requests a batch at a time and counts the answers of the expected status. */
final class Client implements Callable<Long> {
    private static final byte[] ANY_STATUS = "HTTP/1.1 ".getBytes(StandardCharsets.US_ASCII);

    private final Node node;
    private final Scenario scenario;
    private final int warmUpBatches;
    private final int batches;
    private final int batch;
    private final CyclicBarrier steady;

    /**
     * Where the node listens.
     *
     * @param tls of clients that trust it
     */
    record Node(int port, int tlsPort, SSLContext tls) {
        Socket connect(final boolean secure) throws IOException {
            return secure
                    ? tls.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), tlsPort)
                    : new Socket(InetAddress.getLoopbackAddress(), port);
        }
    }

    /**
     * @param warmUp requests that are sent first and not counted
     * @param steady met three times: when the warm-up is done, before the first request that counts, and after the last, the
     *     connection still open
     */
    Client(final Node node, final Scenario scenario, final int warmUp, final int requests, final CyclicBarrier steady) {
        this.node = node;
        this.scenario = scenario;
        this.batch = scenario.batch();
        this.warmUpBatches = warmUp / batch;
        this.batches = requests / batch;
        this.steady = steady;
    }

    /** Number of requests answered that count, all as expected. */
    @Override
    public Long call() throws Exception {
        try (Socket socket = node.connect(scenario.isSecure())) {
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(30_000);
            if (scenario.opening() != null) {
                socket.getOutputStream().write(scenario.opening());
                readHead(socket.getInputStream());
            }
            send(socket, warmUpBatches);
            steady.await();
            steady.await();
            send(socket, batches);
            steady.await();
        } catch (final IOException e) {
            steady.reset(); // or the others would wait for ever
            throw e;
        }
        return (long) batches * batch;
    }

    private void send(final Socket socket, final int number) throws IOException {
        final byte[] out = scenario.requests(batch);
        final byte[] expected = scenario.statusLine();
        final byte[] in = new byte[64 * 1024];
        for (int i = 0; i < number; i++) {
            socket.getOutputStream().write(out);
            readBatch(socket.getInputStream(), in, expected);
        }
    }

    private static void readHead(final InputStream input) throws IOException {
        int tail = 0;
        while (tail != 0x0D0A0D0A) {
            final int b = input.read();
            if (b < 0) {
                throw new IOException("the node closed the connection instead of opening a tunnel");
            }
            tail = tail << 8 | b;
        }
    }

    /** Reads until a batch of status lines was seen and the last answer is whole. */
    private void readBatch(final InputStream input, final byte[] in, final byte[] expected) throws IOException {
        int length = 0;
        int from = 0;
        int seen = 0;
        while (seen < batch || !endsWhole(in, length)) {
            if (in.length - length < 4096) {
                // Answers that were counted make room; the tail may be the beginning of a status line.
                final int keep = Math.min(length, expected.length + 64);
                System.arraycopy(in, length - keep, in, 0, keep);
                from = Math.max(0, from - (length - keep));
                length = keep;
            }
            final int n = input.read(in, length, in.length - length);
            if (n < 0) {
                throw new IOException("the node closed the connection after " + seen + " answers of a batch");
            }
            length += n;
            for (; from <= length - expected.length; from++) {
                if (matches(in, from, ANY_STATUS)) {
                    if (!matches(in, from, expected)) {
                        throw new IOException("unexpected answer to " + scenario + ": "
                                + new String(in, from, Math.min(400, length - from), StandardCharsets.ISO_8859_1));
                    }
                    seen++;
                }
            }
        }
    }

    /** Every body of a run ends with a brace, or with the last chunk. */
    private static boolean endsWhole(final byte[] in, final int length) {
        return length > 0 && (in[length - 1] == '}' || (length > 4 && in[length - 5] == '0' && in[length - 1] == '\n'));
    }

    private static boolean matches(final byte[] in, final int at, final byte[] wanted) {
        for (int i = 0; i < wanted.length; i++) {
            if (in[at + i] != wanted[i]) {
                return false;
            }
        }
        return true;
    }
}
