package openclaw.edge.proxy.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class AddressRangesTest {
    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8, 10.255.0.1, true",
        "10.0.0.0/8, 11.0.0.0, false",
        "10.32.0.0/11, 10.63.255.255, true",
        "10.32.0.0/11, 10.64.0.0, false",
        "10.128.0.0/9, 10.0.0.1, false",
        "0.0.0.0/0, 203.0.113.9, true",
        "0.0.0.0/0, ::1, false",
        "127.0.0.1, 127.0.0.1, true",
        "127.0.0.1, 127.0.0.2, false",
        "127.0.0.0/8, ::ffff:127.0.0.1, true",
        "2001:db8::/33, 2001:db8:7fff::1, true",
        "2001:db8::/33, 2001:db8:8000::1, false",
        "::1/128, ::1, true",
    })
    void shouldContainWhatTheRangeSays(String range, String address, boolean contained) throws UnknownHostException {
        assertThat(AddressRanges.of(range).contains(address(address))).isEqualTo(contained);
    }

    @Test
    void shouldBeTheUnionOfItsRanges() throws UnknownHostException {
        AddressRanges ranges = AddressRanges.of("192.168.0.0/16", "::1/128");

        assertThat(ranges.contains(address("192.168.9.9"))).isTrue();
        assertThat(ranges.contains(address("::1"))).isTrue();
        assertThat(ranges.contains(address("192.169.0.1"))).isFalse();
        assertThat(AddressRanges.NONE.contains(address("::1"))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost:1", "127.0.0.1:1", "127.9.9.9:1", "[::1]:1", "LOCALHOST:0"})
    void shouldKnowThatOnlyThisMachineReachesLoopback(String text) {
        assertThat(Address.parse(text).isLoopback()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0:1", "10.0.0.1:1", "[::]:1", "localhost.example.com:1", "[2001:db8::1]:1"})
    void shouldNotTakeOthersForLoopback(String text) {
        assertThat(Address.parse(text).isLoopback()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost:1", "127.0.0.1:65535", "[::1]:0", "rating-1.internal:80"})
    void shouldReadBackWhatItPrints(String text) {
        assertThat(Address.parse(text)).hasToString(text);
    }

    private static InetAddress address(String literal) throws UnknownHostException {
        return InetAddress.getByAddress(NetUtil.createByteArrayFromIpAddressString(literal));
    }
}
