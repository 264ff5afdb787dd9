package openclaw.edge.proxy.h1;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import openclaw.edge.proxy.exchange.ConnectionEvent;
import openclaw.edge.proxy.exchange.EdgeCounter;
import openclaw.edge.proxy.exchange.Outcome;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The row "Upgrade" of the HTTP rules, clause by clause: bytes through an open tunnel, and its ends. */
@Timeout(60)
class TunnelTest extends OverTunnels {
    @Test
    void shouldCarryMegabytesBothWaysAtOnceToSlowReaders() throws Exception {
        final CompletableFuture<Long> upstreamSum = new CompletableFuture<>();
        final CompletableFuture<Long> upstreamSent = new CompletableFuture<>();
        agreeAnd((in, out, socket) -> {
            final Thread reader = new Thread(() -> complete(upstreamSum, () -> sumOf(in, MEGABYTES, 3)));
            reader.start();
            upstreamSent.complete(send(out, MEGABYTES, 7));
            reader.join();
            socket.close();
        });
        try (RawClient client = tunnel()) {
            final CompletableFuture<Long> clientSent = new CompletableFuture<>();
            new Thread(() -> complete(clientSent, () -> send(client.socket.getOutputStream(), MEGABYTES, 8))).start();
            final long clientSum = sumOf(client.in, MEGABYTES, 3);
            assertThat(clientSum).isEqualTo(upstreamSent.get(20, TimeUnit.SECONDS));
            assertThat(upstreamSum.get(20, TimeUnit.SECONDS)).isEqualTo(clientSent.get(20, TimeUnit.SECONDS));
            assertThat(client.isClosedByPeer()).isTrue();
        }
        endedWith(Outcome.COMPLETE);
        assertThat(count(EdgeCounter.TUNNEL_BYTES_IN)).isEqualTo(MEGABYTES);
        assertThat(count(EdgeCounter.TUNNEL_BYTES_OUT)).isEqualTo(MEGABYTES);
        assertThat(proxy.handler.progress).isPositive();
    }

    @Test
    void shouldStopTheUpstreamWhenTheClientDoesNotRead() throws Exception {
        final AtomicLong written = new AtomicLong();
        agreeAnd((in, out, socket) -> {
            writeUntilStopped(out, written);
            socket.close();
        });
        try (RawClient client = tunnel()) {
            standsStill(written);
            assertThat(proxy.budget.heldBytes()).isBetween(1L, 256L * 1024);
            client.in.skipNBytes(64L << 20);
            assertThat(client.isClosedByPeer()).isTrue();
        }
        endedWith(Outcome.COMPLETE);
    }

    @Test
    void shouldStopTheClientWhenTheUpstreamDoesNotRead() throws Exception {
        final CountDownLatch read = new CountDownLatch(1);
        final AtomicLong written = new AtomicLong();
        agreeAnd((in, out, socket) -> {
            read.await();
            in.skipNBytes(64L << 20);
            socket.close();
        });
        try (RawClient client = tunnel()) {
            new Thread(() -> {
                        try {
                            writeUntilStopped(client.socket.getOutputStream(), written);
                        } catch (final IOException e) {
                            throw new IllegalStateException(e);
                        }
                    })
                    .start();
            standsStill(written);
            assertThat(proxy.budget.heldBytes()).isBetween(1L, 256L * 1024);
            read.countDown();
            assertThat(client.isClosedByPeer()).isTrue();
        }
        endedWith(Outcome.COMPLETE);
    }

    private static void writeUntilStopped(final OutputStream out, final AtomicLong written) throws IOException {
        final byte[] piece = new byte[64 * 1024];
        while (written.get() < 64 << 20) {
            out.write(piece);
            written.addAndGet(piece.length);
        }
    }

    /** Waits until the proxy holds bytes and nothing more is written, which must be before everything is. */
    private void standsStill(final AtomicLong written) throws InterruptedException {
        long before = -1;
        while (written.get() == 0 || written.get() != before || proxy.budget.heldBytes() == 0) {
            before = written.get();
            Thread.sleep(200);
        }
        assertThat(before).isLessThan(64 << 20);
    }

    // ---- ends ----

    @Test
    void shouldPassTheClientsEndOnAndKeepTheOtherDirection() throws Exception {
        agreeAnd((in, out, socket) -> {
            final byte[] all = in.readAllBytes();
            ScriptedUpstream.write(out, "after your end: ");
            Thread.sleep(50);
            out.write(all);
            socket.close();
        });
        try (RawClient client = tunnel()) {
            client.send("last words").socket.shutdownOutput();
            assertThat(client.readToEnd()).isEqualTo("after your end: last words");
        }
        endedWith(Outcome.COMPLETE);
    }

    @Test
    void shouldPassTheUpstreamsEndOnAndKeepTheOtherDirection() throws Exception {
        final CompletableFuture<String> got = new CompletableFuture<>();
        agreeAnd((in, out, socket) -> {
            ScriptedUpstream.write(out, "bye");
            socket.shutdownOutput();
            got.complete(new String(in.readAllBytes(), StandardCharsets.ISO_8859_1));
        });
        try (RawClient client = tunnel()) {
            assertThat(client.readToEnd()).isEqualTo("bye");
            client.send("still ").send("talking");
            client.socket.shutdownOutput();
            assertThat(got.get(20, TimeUnit.SECONDS)).isEqualTo("still talking");
        }
        endedWith(Outcome.COMPLETE);
    }

    @Test
    void shouldCloseTheUpstreamWhenTheClientResets() throws Exception {
        final CompletableFuture<Integer> end = new CompletableFuture<>();
        agreeAnd((in, out, socket) -> {
            ScriptedUpstream.write(out, "x");
            end.complete(in.read());
        });
        final RawClient client = tunnel();
        assertThat(client.in.read()).isEqualTo('x');
        client.socket.setSoLinger(true, 0);
        client.close();
        assertThat(end.get(20, TimeUnit.SECONDS)).isEqualTo(-1);
        endedWith(Outcome.CLIENT_ABORT);
    }

    @Test
    void shouldCloseTheClientWhenTheUpstreamResets() throws Exception {
        agreeAnd((in, out, socket) -> {
            in.read();
            socket.setSoLinger(true, 0);
            socket.close();
        });
        try (RawClient client = tunnel()) {
            assertThat(client.send("x").isClosedByPeer()).isTrue();
        }
        endedWith(Outcome.UPSTREAM_FAILED);
    }

    @Test
    void shouldTakeAResetAfterAnOrderlyEndAsTheEnd() throws Exception {
        agreeAnd((in, out, socket) -> {
            in.readAllBytes();
            socket.setSoLinger(true, 0);
            socket.close();
        });
        try (RawClient client = tunnel()) {
            client.send("done").socket.shutdownOutput();
            assertThat(client.isClosedByPeer()).isTrue();
        }
        endedWith(Outcome.COMPLETE);
    }

    @Test
    void shouldNotSpinOnAClientThatEndedAndThenReset() throws Exception {
        final CompletableFuture<Integer> end = new CompletableFuture<>();
        final CountDownLatch done = new CountDownLatch(1);
        agreeAnd((in, out, socket) -> {
            end.complete(in.read());
            done.await();
            socket.close();
        });
        final RawClient client = tunnel();
        client.socket.shutdownOutput();
        // The end was passed on: the reset finds it taken note of.
        assertThat(end.get(20, TimeUnit.SECONDS)).isEqualTo(-1);
        client.socket.setSoLinger(true, 0);
        final int port = client.socket.getLocalPort();
        client.close();
        KernelSockets.awaitGone(proxy.port(), port);
        proxy.onLoop(() -> null);
        final long before = proxy.loopCpuNs();
        Thread.sleep(500);
        // Half a second of spinning would be that much; a tick now and then is nothing.
        assertThat(proxy.loopCpuNs() - before).isLessThan(250_000_000L);
        done.countDown();
        endedWith(Outcome.COMPLETE);
    }

    @Test
    void shouldCloseATunnelThatIsSilentInBothDirections() throws Exception {
        proxy.handler.tunnelIdleNs = 300_000_000L;
        final CompletableFuture<Integer> end = new CompletableFuture<>();
        agreeAnd((in, out, socket) -> end.complete(in.read()));
        try (RawClient client = tunnel()) {
            assertThat(client.isClosedByPeer()).isTrue();
            assertThat(end.get(20, TimeUnit.SECONDS)).isEqualTo(-1);
        }
        endedWith(Outcome.TIMEOUT);
        assertThat(count(EdgeCounter.TUNNEL_TIMEOUTS)).isEqualTo(1);
    }

    /** Two at once: in one only the client speaks, in the other only the upstream. */
    @Test
    void shouldKeepATunnelThatIsSilentInOneDirectionOnly() throws Exception {
        proxy.handler.tunnelIdleNs = 3_000_000_000L;
        final CountDownLatch isFirstOpen = new CountDownLatch(1);
        agreeAnd((in, out, socket) -> {
            if (isFirstOpen.getCount() == 0) {
                speak(out);
            }
            isFirstOpen.countDown();
            in.readAllBytes();
            socket.close();
        });
        try (RawClient speaks = tunnel()) {
            assertThat(isFirstOpen.await(20, TimeUnit.SECONDS)).isTrue();
            try (RawClient listens = tunnel()) {
                speak(speaks.socket.getOutputStream());
                assertThat(read(listens.in, 12)).hasSize(12);
                for (final RawClient client : List.of(speaks, listens)) {
                    client.socket.shutdownOutput();
                    assertThat(client.isClosedByPeer()).isTrue();
                }
            }
        }
        endedWith(Outcome.COMPLETE, Outcome.COMPLETE);
    }

    /** A byte now and then, for longer than a tunnel may be silent. */
    private static void speak(final OutputStream out) throws IOException {
        for (int i = 0; i < 12; i++) {
            ScriptedUpstream.write(out, ".");
            try {
                Thread.sleep(300);
            } catch (final InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Test
    void shouldLetTunnelsLiveThroughTheDrainAndCutThemAtItsEnd() throws Exception {
        agreeAndEcho();
        try (RawClient client = tunnel()) {
            proxy.listener.fire(ConnectionEvent.DRAIN);
            assertThat(read(client.send("still").in, 5)).isEqualTo("still");
            proxy.listener.fire(ConnectionEvent.CUT);
            assertThat(client.isClosedByPeer()).isTrue();
        }
        endedWith(Outcome.SHUTDOWN);
    }

    @Test
    void shouldGiveUpAHandshakeThatTheUpstreamDoesNotAnswer() throws Exception {
        upstream.script = (request, out, socket) -> {};
        proxy.handler.upstreamTimeoutNs = 500_000_000L;
        try (RawClient client = client()) {
            final var response = client.send(HANDSHAKE + "early").read();
            assertThat(response.status()).isEqualTo(504);
            assertThat(client.isClosedByPeer()).isTrue();
        }
        endedWith(Outcome.TIMEOUT);
    }
}
