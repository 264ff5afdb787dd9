package openclaw.edge.proxy.h1;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFactory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import openclaw.edge.proxy.exchange.EdgeCounter;
import openclaw.edge.proxy.exchange.Outcome;
import openclaw.edge.proxy.exchange.Reason;
import openclaw.edge.proxy.forward.Origin;
import openclaw.edge.proxy.forward.PoolSettings;
import openclaw.edge.proxy.forward.UpstreamGroup;
import openclaw.edge.proxy.forward.UpstreamNames;
import openclaw.edge.proxy.forward.UpstreamServers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Upstream connections that die before anything was sent, sockets that cannot be made, names that change; over real sockets. */
@Timeout(60)
class UpstreamFailuresTest extends OverSockets {
    /** The loop is held up while the upstream resets, so that it finds out only when it would write, or has collected to write. */
    private void resetWhile(final Holding holding) throws Exception {
        final AtomicReference<Socket> pooled = new AtomicReference<>();
        upstream.script = (request, out, socket) -> {
            pooled.set(socket);
            ScriptedUpstream.ok(out, request.bodyText());
        };
        final String post = "POST /p HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello";
        try (RawClient client = client()) {
            assertThat(client.send(post).read().body()).isEqualTo("hello");
            final Socket before = pooled.get();
            before.setSoLinger(true, 0);
            holding.hold(client, post, () -> {
                before.close();
                KernelSockets.awaitGone(before.getPort(), before.getLocalPort());
            });
            final RawClient.Response response = client.read();
            assertThat(response.status()).isEqualTo(200);
            assertThat(response.body()).isEqualTo("hello");
        }
        assertThat(proxy.failures()).containsExactly(Reason.UNSENT);
        assertThat(proxy.ends()).containsExactly(Outcome.COMPLETE, Outcome.COMPLETE);
        assertThat(upstream.received).hasSize(2);
    }

    private interface Resetting {
        void run() throws IOException;
    }

    private interface Holding {
        void hold(RawClient client, String post, Resetting reset) throws Exception;
    }

    @Test
    void shouldRepeatAPostWhoseConnectionDiedInTheSameTurnBeforeItWasFlushed() throws Exception {
        resetWhile((client, post, reset) -> {
            final CountDownLatch resetDone = new CountDownLatch(1);
            final CountDownLatch holds = new CountDownLatch(1);
            final var held = proxy.loop.eventLoop().submit(() -> {
                holds.countDown();
                return resetDone.await(30, TimeUnit.SECONDS);
            });
            // A loop that is woken late would else take the request before it is held, and send it.
            assertThat(holds.await(30, TimeUnit.SECONDS)).isTrue();
            // The kernel tells of readiness in the order in which it came: the client first, then the reset.
            client.send(post);
            KernelSockets.awaitUnread(proxy.port(), client.socket.getLocalPort());
            reset.run();
            resetDone.countDown();
            held.get(20, TimeUnit.SECONDS);
        });
    }

    @Test
    void shouldRepeatAPostOfWhichTheKernelTookNoByte() throws Exception {
        resetWhile((client, post, reset) -> {
            proxy.handler.beforeForward = () -> {
                proxy.handler.beforeForward = () -> {};
                try {
                    reset.run();
                } catch (final IOException e) {
                    throw new AssertionError(e);
                }
            };
            client.send(post);
        });
    }

    private UpstreamGroup group(
            final UpstreamServers servers, final ChannelFactory<? extends io.netty.channel.Channel> channels) {
        final H1Loop h1 = new H1Loop(proxy.loop, Waits.LONG.settings(100_000));
        return new UpstreamGroup(
                proxy.loop,
                servers,
                server -> new H1Connector(
                        h1,
                        channels == null
                                ? proxy.loops.clientChannels(server.address().getAddress())
                                : channels),
                new PoolSettings(upstream.address(), 8, 4, Waits.LONG_NS, Waits.LONG_NS, Waits.LONG_NS),
                7);
    }

    @Test
    void shouldTakeAMissingFileForAFailedConnectAndBlameNoServer() throws Exception {
        final UpstreamNames names = new UpstreamNames(
                List.of(
                        new Origin(false, "127.0.0.1", upstream.address().getPort(), "one"),
                        new Origin(false, "127.0.0.2", upstream.address().getPort(), "two")),
                InetAddress::getAllByName,
                64);
        final UpstreamServers servers = new UpstreamServers(names.resolve(), 1, 10_000_000_000L);
        final UpstreamGroup group = group(servers, () -> {
            throw new ChannelException("Too many open files");
        });
        proxy.handler.source = group;
        try (RawClient client = client()) {
            for (int i = 0; i < 4; i++) {
                assertThat(client.get("/").status()).isEqualTo(502);
            }
        }
        assertThat(proxy.failures()).hasSize(4).containsOnly(Reason.CONNECT_FAILED);
        assertThat(proxy.count(EdgeCounter.UPSTREAM_CONNECT_FAILED)).isEqualTo(4);
        assertThat(proxy.count(EdgeCounter.UPSTREAM_EJECTED)).isZero();
        assertThat(proxy.onLoop(group::connections)).isZero();
    }

    @Test
    void shouldMoveToTheAddressesThatANameHasNowAndCutNothing() throws Exception {
        final AtomicReference<String> answer = new AtomicReference<>("127.0.0.1");
        final UpstreamNames names = new UpstreamNames(
                List.of(new Origin(false, "api.test", upstream.address().getPort(), "api.test")),
                host -> {
                    if (answer.get() == null) {
                        throw new UnknownHostException(host);
                    }
                    return new InetAddress[] {InetAddress.getByName(answer.get())};
                },
                64);
        final UpstreamServers servers = new UpstreamServers(names.resolve(), 3, 10_000_000_000L);
        final UpstreamGroup group = group(servers, null);
        proxy.handler.source = group;
        final CountDownLatch release = new CountDownLatch(1);
        upstream.script = (request, out, socket) -> {
            if (request.head().startsWith("GET /slow")) {
                release.await();
            }
            ScriptedUpstream.ok(out, "old");
        };
        try (ScriptedUpstream moved = new ScriptedUpstream(
                        new ServerSocket(upstream.address().getPort(), 50, InetAddress.getByName("127.0.0.2")));
                RawClient inFlight = client();
                RawClient client = client()) {
            moved.script = (request, out, socket) -> ScriptedUpstream.ok(out, "new");
            assertThat(client.get("/").body()).isEqualTo("old");
            inFlight.send("GET /slow HTTP/1.1\r\nHost: h\r\n\r\n");
            eventually(() -> upstream.received.size() == 2);
            assertThat(client.get("/").body()).isEqualTo("old");
            assertThat(proxy.onLoop(group::connections)).isEqualTo(2);

            answer.set(null);
            names.refresh(servers);
            assertThat(client.get("/").body()).isEqualTo("old");

            answer.set("127.0.0.2");
            names.refresh(servers);
            // The loop hears of it by a task: behind it, whatever comes goes to the new address.
            proxy.onLoop(() -> null);
            assertThat(client.get("/").body()).isEqualTo("new");
            // The idle one is closed, the one in flight and the new one are left.
            eventually(() -> proxy.onLoop(group::connections) == 2);
            release.countDown();
            assertThat(inFlight.read().body()).isEqualTo("old");
            eventually(() -> proxy.onLoop(group::connections) == 1);
        }
        proxy.onLoop(() -> {
            group.close();
            return null;
        });
        eventually(() -> proxy.onLoop(group::connections) == 0);
    }
}
