package openclaw.edge.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import openclaw.edge.sync.wire.WireDescriptor;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Real sockets on loopback; errors are counted and nothing else. */
@Timeout(60)
final class DatagramTransportTest {

    private static final InetSocketAddress ANY_PORT = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    private final SyncCounters counters = new SyncCounters();
    private final List<Integer> lengths = new ArrayList<>();
    private final List<InetSocketAddress> senders = new ArrayList<>();
    private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[2_000]);
    private DatagramTransport one;
    private DatagramTransport other;

    @BeforeEach
    void open() throws IOException {
        one = DatagramTransport.open(ANY_PORT, counters);
        other = DatagramTransport.open(ANY_PORT, new SyncCounters());
    }

    @AfterEach
    void close() {
        one.close();
        other.close();
    }

    private void onDatagram(final UnsafeBuffer datagram, final int lengthBytes, final InetSocketAddress from) {
        assertThat(datagram.byteArray()).isNotNull();
        lengths.add(lengthBytes);
        senders.add(from);
    }

    /** Loopback loses nothing while its buffer has room, but takes its time. */
    private void receive(final DatagramTransport transport, final int count) {
        while (lengths.size() < count) {
            if (transport.poll(this::onDatagram, 1) == 0) {
                LockSupport.parkNanos(100_000);
            }
        }
    }

    @Test
    void shouldCarryDatagramsWithTheirSender() {
        assertThat(one.send(other.localAddress(), buffer, WireDescriptor.MAX_DATAGRAM_BYTES))
                .isTrue();
        assertThat(one.send(other.localAddress(), buffer, 40)).isTrue();
        receive(other, 2);
        assertThat(lengths).containsExactly(WireDescriptor.MAX_DATAGRAM_BYTES, 40);
        assertThat(senders).containsOnly(one.localAddress());
        // Whoever sends and receives counts what went well.
        assertThat(counters.get(SyncCounter.DATAGRAMS_OUT)).isZero();
        assertThat(counters.get(SyncCounter.DATAGRAMS_IN)).isZero();
        assertThat(other.poll(this::onDatagram, 10)).isZero();
    }

    @Test
    void shouldTellTooLongOnesApart() {
        one.send(other.localAddress(), buffer, 2_000);
        receive(other, 1);
        assertThat(lengths).containsExactly(WireDescriptor.MAX_DATAGRAM_BYTES + 1);
    }

    @Test
    void shouldGoOnAfterAPeersPortWasClosed() {
        final InetSocketAddress closed = other.localAddress();
        other.close();
        for (int i = 0; i < 100; i++) {
            one.send(closed, buffer, 40);
            one.poll(this::onDatagram, 10);
        }
        one.send(one.localAddress(), buffer, 41);
        receive(one, 1);
        assertThat(lengths).containsExactly(41);
    }

    @Test
    void shouldCountWhatTheNetworkDoesNotTake() {
        assertThat(one.send(InetSocketAddress.createUnresolved("nowhere", 1), buffer, 40))
                .isFalse();
        assertThat(one.send(other.localAddress(), new UnsafeBuffer(new byte[70_000]), 70_000))
                .isFalse();
        one.close();
        assertThat(one.send(other.localAddress(), buffer, 40)).isFalse();
        assertThat(one.poll(this::onDatagram, 10)).isZero();
        assertThat(counters.get(SyncCounter.SEND_FAILED)).isEqualTo(3);
        assertThat(counters.get(SyncCounter.RECEIVE_FAILED)).isEqualTo(1);
        assertThat(counters.get(SyncCounter.DATAGRAMS_OUT)).isZero();
    }

    @Test
    void shouldWaitUntilADatagramComes() throws InterruptedException {
        final Thread waiting = new Thread(() -> other.await(TimeUnit.DAYS.toNanos(1)));
        waiting.start();
        one.send(other.localAddress(), buffer, 40);
        waiting.join();
        // While it is there, none is waited for.
        other.await(TimeUnit.DAYS.toNanos(1));
        receive(other, 1);
        assertThat(lengths).containsExactly(40);
    }

    @Test
    void shouldWaitUntilItIsWokenNowOrBefore() throws InterruptedException {
        one.wake();
        one.await(TimeUnit.DAYS.toNanos(1));
        final Thread waiting = new Thread(() -> one.await(TimeUnit.DAYS.toNanos(1)));
        waiting.start();
        one.wake();
        waiting.join();
        one.await(1);
        one.close();
        one.wake();
        one.await(1);
        assertThat(counters.get(SyncCounter.RECEIVE_FAILED)).isEqualTo(1);
    }

    @Test
    void shouldSayWhichAddressCannotBeHad() {
        assertThatThrownBy(() -> DatagramTransport.open(one.localAddress(), counters))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(one.localAddress().toString());
    }
}
