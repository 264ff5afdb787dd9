package openclaw.edge.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What DNS says and fails to say, on a clock moved by hand. */
final class PeerDirectoryTest {

    private static final HostPort DNS = HostPort.parse("edge.internal:7947");
    private static final long STEP_NS = PeerDirectory.RESOLVE_INTERVAL_NS;
    private static final long MINUTE_NS = TimeUnit.MINUTES.toNanos(1);

    private final Map<String, InetAddress[]> names = new HashMap<>();
    private final SyncCounters counters = new SyncCounters();
    private final PeerDirectory directory = new PeerDirectory(this::resolve, Runnable::run, counters);
    private long nowNs = Long.MAX_VALUE - MINUTE_NS;

    private InetAddress[] resolve(final String host) throws UnknownHostException {
        final InetAddress[] addresses = names.get(host);
        if (addresses == null) {
            throw new UnknownHostException(host);
        }
        return addresses;
    }

    private static InetAddress ip(final int last) {
        try {
            return InetAddress.getByAddress(new byte[] {10, 0, 0, (byte) last});
        } catch (final UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    private static InetSocketAddress at(final int last) {
        return new InetSocketAddress(ip(last), 7947);
    }

    private void dns(final int... last) {
        final InetAddress[] addresses = new InetAddress[last.length];
        for (int i = 0; i < last.length; i++) {
            addresses[i] = ip(last[i]);
        }
        names.put("edge.internal", addresses);
    }

    private List<InetSocketAddress> addresses() {
        return directory.peers().stream().map(PeerAddress::address).toList();
    }

    /** Polls as often as an agent would want answers. */
    private void pass(final long durationNs) {
        for (long passed = 0; passed < durationNs; passed += STEP_NS) {
            nowNs += STEP_NS;
            directory.poll(nowNs);
        }
    }

    @Test
    void shouldHaveLiteralAddressesAtOnceAndNeverLookThemUp() {
        directory.configure(List.of(HostPort.parse("10.0.0.1:7947"), HostPort.parse("[::1]:7948")), null);
        assertThat(addresses().get(0)).isEqualTo(at(1));
        assertThat(addresses().get(1).getAddress().isLoopbackAddress()).isTrue();
        assertThat(addresses().get(1).getPort()).isEqualTo(7948);
        pass(MINUTE_NS);
        assertThat(counters.get(SyncCounter.RESOLVED) + counters.get(SyncCounter.RESOLVE_FAILED))
                .isZero();
    }

    @Test
    void shouldKeepAConfiguredNameAsOnePeerWhereverItIs() {
        directory.configure(List.of(HostPort.parse("node-b:7947")), null);
        pass(STEP_NS);
        assertThat(directory.peers()).hasSize(1);
        assertThat(directory.peers().get(0).address()).as("not resolved").isNull();
        names.put("node-b", new InetAddress[] {ip(5), ip(6)});
        pass(STEP_NS);
        assertThat(addresses()).containsExactly(at(5));
        names.put("node-b", new InetAddress[] {ip(6), ip(5)});
        pass(STEP_NS);
        assertThat(addresses()).as("still one of them").containsExactly(at(5));
        names.put("node-b", new InetAddress[] {ip(7)});
        pass(STEP_NS);
        assertThat(addresses()).containsExactly(at(7));
        names.remove("node-b");
        pass(60 * MINUTE_NS);
        assertThat(addresses()).containsExactly(at(7));
    }

    @Test
    void shouldAddAtOnceWhatDnsNames() {
        dns(1, 2);
        directory.configure(List.of(), DNS);
        assertThat(directory.poll(nowNs)).isTrue();
        assertThat(addresses()).containsExactlyInAnyOrder(at(1), at(2));
        dns(1, 2, 3);
        pass(STEP_NS);
        assertThat(addresses()).containsExactlyInAnyOrder(at(1), at(2), at(3));
    }

    @Test
    void shouldRemoveOnlyAfterTenMinutesWithoutIt() {
        dns(1, 2);
        directory.configure(List.of(), DNS);
        pass(STEP_NS);
        dns(1);
        pass(PeerDirectory.REMOVE_AFTER_NS);
        assertThat(addresses()).containsExactlyInAnyOrder(at(1), at(2));
        pass(STEP_NS);
        assertThat(addresses()).containsExactly(at(1));
    }

    @Test
    void shouldChangeNothingWhileDnsFailsOrIsEmpty() {
        dns(1, 2);
        directory.configure(List.of(), DNS);
        pass(STEP_NS);
        names.clear();
        pass(60 * MINUTE_NS);
        assertThat(addresses()).containsExactlyInAnyOrder(at(1), at(2));
        dns();
        pass(60 * MINUTE_NS);
        assertThat(addresses()).containsExactlyInAnyOrder(at(1), at(2));
        assertThat(counters.get(SyncCounter.RESOLVE_FAILED)).isEqualTo(2 * 60 * MINUTE_NS / STEP_NS);
        // Single answers without it, hours of failures between them, are no ten minutes.
        for (int i = 0; i < 5; i++) {
            dns(1);
            pass(STEP_NS);
            names.clear();
            pass(20 * MINUTE_NS);
        }
        assertThat(addresses()).containsExactlyInAnyOrder(at(1), at(2));
    }

    @Test
    void shouldKeepWhatReappearsOrIsHeard() {
        dns(1, 2, 3);
        directory.configure(List.of(), DNS);
        pass(STEP_NS);
        dns(1);
        pass(9 * MINUTE_NS);
        dns(1, 2);
        pass(STEP_NS);
        directory.onHeard(at(3));
        dns(1);
        pass(9 * MINUTE_NS);
        assertThat(addresses()).containsExactlyInAnyOrder(at(1), at(2), at(3));
        pass(2 * MINUTE_NS);
        assertThat(addresses()).containsExactly(at(1));
    }

    @Test
    void shouldKnowItsOwnAddressUntilSomebodyElseIsHeardThere() {
        dns(1, 2);
        directory.configure(List.of(), DNS);
        pass(STEP_NS);
        directory.onOwnAddress(at(1));
        assertThat(directory.peers())
                .filteredOn(PeerAddress::isOwn)
                .extracting(PeerAddress::address)
                .containsExactly(at(1));
        directory.onHeard(at(1));
        assertThat(directory.peers()).noneMatch(PeerAddress::isOwn);
    }

    @Test
    void shouldListAnAddressOnceAndFollowTheConfiguration() {
        dns(1, 2);
        directory.configure(List.of(HostPort.parse("10.0.0.1:7947")), DNS);
        pass(STEP_NS);
        assertThat(addresses()).containsExactlyInAnyOrder(at(1), at(2));
        final PeerAddress first = directory.peers().get(0);
        assertThat(first.isFromDns()).isFalse();
        directory.configure(List.of(HostPort.parse("10.0.0.1:7947"), HostPort.parse("10.0.0.9:7947")), null);
        assertThat(addresses()).containsExactly(at(1), at(9));
        assertThat(directory.peers().get(0)).as("kept as it is").isSameAs(first);
        directory.configure(List.of(), null);
        assertThat(directory.peers()).isEmpty();
    }

    @Test
    void shouldRefuseWhatIsNoAddress() {
        for (final String text : List.of("", "a", "a:", ":1", "a:0", "a:65536", "::1:7947", "[a]:1", "a:x")) {
            assertThatThrownBy(() -> HostPort.parse(text))
                    .as("'%s'", text)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("expected host:port");
        }
        assertThat(HostPort.parse("[::1]:7947")).hasToString("[::1]:7947");
        assertThat(HostPort.parse("node1:7947").literal()).isNull();
        assertThat(HostPort.parse("999.0.0.1:7947").literal()).isNull();
        assertThat(HostPort.parse("1.2:7947").literal()).isNull();
    }
}
