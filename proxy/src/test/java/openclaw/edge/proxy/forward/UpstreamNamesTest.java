package openclaw.edge.proxy.forward;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class UpstreamNamesTest {
    private final Map<String, String[]> dns = new HashMap<>();
    private final UpstreamNames.Resolver resolver = host -> {
        final String[] answer = dns.get(host);
        if (answer == null) {
            throw new UnknownHostException(host);
        }
        final InetAddress[] addresses = new InetAddress[answer.length];
        for (int i = 0; i < answer.length; i++) {
            addresses[i] = InetAddress.getByName(answer[i]);
        }
        return addresses;
    };

    private static Origin origin(final String host) {
        return new Origin(false, host, 9000, host + ":9000");
    }

    private UpstreamNames names(final int max, final String... hosts) {
        return new UpstreamNames(
                Arrays.stream(hosts).map(UpstreamNamesTest::origin).toList(), resolver, max);
    }

    private static List<String> labels(final UpstreamServers servers) {
        return Arrays.stream(servers.current()).map(UpstreamServer::label).toList();
    }

    @Test
    void shouldTakeAllAddressesOfAName() {
        dns.put("api.test", new String[] {"10.0.0.1", "10.0.0.2"});
        final List<UpstreamServer> found = names(64, "api.test", "10.9.9.9").resolve();
        assertThat(found)
                .extracting(UpstreamServer::label)
                .containsExactly("api.test:9000/10.0.0.1", "api.test:9000/10.0.0.2", "10.9.9.9:9000");
    }

    @Test
    void shouldFollowTheNameAndKeepWhatIsKnownOfServersThatStay() {
        dns.put("api.test", new String[] {"10.0.0.1", "10.0.0.2"});
        final UpstreamNames names = names(64, "api.test");
        final UpstreamServers servers = new UpstreamServers(names.resolve(), 3, 1_000_000_000L);
        final List<Integer> changes = new ArrayList<>();
        servers.onChange(() -> changes.add(servers.current().length));
        final UpstreamServer second = servers.current()[1];
        second.healthy(false);

        dns.put("api.test", new String[] {"10.0.0.3", "10.0.0.2"});
        names.refresh(servers);

        assertThat(labels(servers)).containsExactly("api.test:9000/10.0.0.2", "api.test:9000/10.0.0.3");
        assertThat(servers.current()[0]).isSameAs(second);
        assertThat(second.isHealthy()).isFalse();
        assertThat(changes).containsExactly(2);

        // Another order is no change.
        dns.put("api.test", new String[] {"10.0.0.2", "10.0.0.3"});
        names.refresh(servers);
        assertThat(changes).hasSize(1);
    }

    @Test
    void shouldChangeNothingOnAFailedOrEmptyAnswer() {
        dns.put("api.test", new String[] {"10.0.0.1"});
        final UpstreamNames names = names(64, "api.test");
        final UpstreamServers servers = new UpstreamServers(names.resolve(), 3, 1_000_000_000L);
        dns.put("api.test", new String[0]);
        names.refresh(servers);
        assertThat(labels(servers)).containsExactly("api.test:9000/10.0.0.1");
        dns.remove("api.test");
        names.refresh(servers);
        assertThat(labels(servers)).containsExactly("api.test:9000/10.0.0.1");
    }

    @Test
    void shouldGoOnWithoutANameThatHasNoAddressYet() {
        final UpstreamNames names = names(64, "late.test", "10.0.0.9");
        final UpstreamServers servers = new UpstreamServers(names.resolve(), 3, 1_000_000_000L);
        assertThat(names.unresolved()).isEqualTo("late.test");
        assertThat(labels(servers)).containsExactly("10.0.0.9:9000");
        dns.put("late.test", new String[] {"10.0.0.1"});
        names.refresh(servers);
        assertThat(labels(servers)).containsExactly("late.test:9000/10.0.0.1", "10.0.0.9:9000");
    }

    @Test
    void shouldUseTheFamilyOfTheFirstAddressAndKeepToTheBound() {
        dns.put("both.test", new String[] {"10.0.0.1", "fd00::1", "10.0.0.2"});
        assertThat(names(64, "both.test").resolve()).hasSize(2);
        assertThat(names(1, "both.test").resolve()).hasSize(1);
        assertThat(names(64, "none.test").resolve()).isEmpty();
    }

    @Test
    void shouldDivideABoundAmongLoops() {
        for (final int bound : new int[] {2, 3, 7, 1024}) {
            int sum = 0;
            for (int loop = 0; loop < 2; loop++) {
                sum += PoolSettings.part(bound, loop, 2, 1);
            }
            assertThat(sum).isEqualTo(bound);
        }
        assertThat(PoolSettings.part(1, 3, 4, 1)).isEqualTo(1);
        assertThat(PoolSettings.part(1, 3, 4, 0)).isZero();
    }
}
