package openclaw.edge.proxy.h1;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.zip.CRC32;
import openclaw.edge.proxy.exchange.Outcome;

/** Tunnels over real sockets: handshakes, upstreams that agree, known bytes. */
abstract class OverTunnels extends OverSockets {
    static final String HANDSHAKE = "GET /ws HTTP/1.1\r\nHost: h\r\nConnection: keep-alive, Upgrade\r\n"
            + "Upgrade: WebSocket\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n";
    static final String SWITCHING = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
            + "Connection: Upgrade\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";
    static final int MEGABYTES = 4 << 20;

    /** What an upstream does once it has agreed. */
    interface Tunnelled {
        void run(InputStream in, OutputStream out, Socket socket) throws IOException, InterruptedException;
    }

    final void agreeAnd(final Tunnelled then) {
        upstream.script = (request, out, socket) -> {
            ScriptedUpstream.write(out, SWITCHING);
            then.run(socket.getInputStream(), out, socket);
        };
    }

    final void agreeAndEcho() {
        agreeAnd((in, out, socket) -> {
            in.transferTo(out);
            socket.close();
        });
    }

    final RawClient tunnel() throws IOException {
        final RawClient client = client();
        assertThat(client.send(HANDSHAKE).read().status()).isEqualTo(101);
        return client;
    }

    static String read(final InputStream in, final int bytes) throws IOException {
        return new String(in.readNBytes(bytes), StandardCharsets.ISO_8859_1);
    }

    final void endedWith(final Outcome... outcomes) throws Exception {
        eventually(() -> proxy.handler.ends.size() >= outcomes.length);
        assertThat(proxy.ends()).containsExactly(outcomes);
    }

    interface Measured {
        long run() throws IOException;
    }

    static void complete(final CompletableFuture<Long> result, final Measured task) {
        try {
            result.complete(task.run());
        } catch (final IOException e) {
            result.completeExceptionally(e);
        }
    }

    /** Sends so many bytes in pieces of all sizes; their checksum. */
    static long send(final OutputStream out, final int bytes, final long seed) throws IOException {
        final Random random = new Random(seed);
        final CRC32 sum = new CRC32();
        for (int left = bytes; left > 0; ) {
            final byte[] piece = new byte[Math.min(left, 1 + random.nextInt(100_000))];
            random.nextBytes(piece);
            out.write(piece);
            sum.update(piece);
            left -= piece.length;
        }
        return sum.getValue();
    }

    /** Checksum of so many bytes, read with a pause in every {@code pauses}-th part. */
    static long sumOf(final InputStream in, final int bytes, final int pauses) throws IOException {
        final CRC32 sum = new CRC32();
        final byte[] piece = new byte[32 * 1024];
        int left = bytes;
        for (int i = 0; left > 0; i++) {
            final int n = in.read(piece, 0, Math.min(piece.length, left));
            if (n < 0) {
                throw new IOException("the end, " + left + " bytes early");
            }
            sum.update(piece, 0, n);
            left -= n;
            if (pauses > 0 && i % (40 * pauses) == 0) {
                try {
                    Thread.sleep(20);
                } catch (final InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        }
        return sum.getValue();
    }
}
