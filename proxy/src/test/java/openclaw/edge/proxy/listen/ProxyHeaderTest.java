package openclaw.edge.proxy.listen;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Random;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The PROXY protocol's two versions, byte by byte. */
class ProxyHeaderTest {
    private static final String SIGNATURE = "0d0a0d0a000d0a515549540a";

    private final ProxyHeader header = new ProxyHeader();

    @ParameterizedTest
    @CsvSource({
        "TCP4 192.0.2.1 198.51.100.2 56324 443, 192.0.2.1:56324",
        "TCP4 255.255.255.255 0.0.0.0 0 65535, 255.255.255.255:0",
        "TCP6 2001:db8::1 ::1 1 2, 2001:db8:0:0:0:0:0:1:1",
        "TCP6 2001:DB8::1 ::1 1 2, 2001:db8:0:0:0:0:0:1:1",
        "TCP6 ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 65535 65535,"
                + " ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff:65535",
        "TCP6 ::ffff:192.0.2.1 ::1 1 2, 192.0.2.1:1",
        "UNKNOWN, none",
        "UNKNOWN ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 65535 65535, none",
        "UNKNOWN what else is here, none"
    })
    void shouldReadVersion1(final String line, final String source) {
        final byte[] text = ascii("PROXY " + line + "\r\n");

        assertGood(text, source);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1\r\n",
                "PROXX TCP4 192.0.2.1 192.0.2.2 1 2\r\n",
                "proxy TCP4 192.0.2.1 192.0.2.2 1 2\r\n",
                " PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\n",
                "PROXY  TCP4 192.0.2.1 192.0.2.2 1 2\r\n",
                "PROXY TCP4 192.0.2.1 192.0.2.2 1 2\n",
                "PROXY TCP4 192.0.2.1 192.0.2.2 1 2 \r\n",
                "PROXY TCP4 192.0.2.1 192.0.2.2 1 2 3\r\n",
                "PROXY TCP4 192.0.2.1 192.0.2.2 1\r\n",
                "PROXY TCP4 192.0.2.1  192.0.2.2 1 2\r\n",
                "PROXY TCP4\t192.0.2.1 192.0.2.2 1 2\r\n",
                "PROXY TCP4 192.0.2.01 192.0.2.2 1 2\r\n",
                "PROXY TCP4 192.0.2 192.0.2.2 1 2\r\n",
                "PROXY TCP4 192.0.2.256 192.0.2.2 1 2\r\n",
                "PROXY TCP4 192.0.2.1 localhost 1 2\r\n",
                "PROXY TCP4 ::1 ::1 1 2\r\n",
                "PROXY TCP4 192.0.2.1 192.0.2.2 01 2\r\n",
                "PROXY TCP4 192.0.2.1 192.0.2.2 65536 2\r\n",
                "PROXY TCP4 192.0.2.1 192.0.2.2 -1 2\r\n",
                "PROXY TCP4 192.0.2.1 192.0.2.2 +1 2\r\n",
                "PROXY TCP4 192.0.2.1 192.0.2.2 1 \r\n",
                "PROXY TCP6 192.0.2.1 192.0.2.2 1 2\r\n",
                "PROXY TCP6 [::1] [::1] 1 2\r\n",
                "PROXY TCP6 ::1%eth0 ::1 1 2\r\n",
                "PROXY TCP6 1:2:3:4:5:6:7:8:9 ::1 1 2\r\n",
                "PROXY TCP6 :::1 ::1 1 2\r\n",
                "PROXY UDP4 192.0.2.1 192.0.2.2 1 2\r\n",
                "PROXY UNKNOWNS\r\n",
                "PROXY \r\n",
                "PROXY\r\n"
            })
    void shouldRefuseWhatIsMerelyLikeVersion1(final String text) {
        assertBad(ascii(text));
    }

    @Test
    void shouldRefuseALineThatIsTooLong() {
        final String longest = "PROXY UNKNOWN " + "x".repeat(ProxyHeader.MOST_V1_BYTES - 16) + "\r\n";
        assertThat(longest).hasSize(107);
        assertGood(ascii(longest), "none");
        assertBad(ascii("PROXY UNKNOWN " + "x".repeat(ProxyHeader.MOST_V1_BYTES - 15) + "\r\n"));
        assertBad(ascii("PROXY UNKNOWN " + "x".repeat(100)));
    }

    @ParameterizedTest
    @CsvSource({
        // version and command, family, length, addresses and TLVs
        "21 11 000c c0000201 c6336402 dc04 01bb, 192.0.2.1:56324",
        "21 21 0024 20010db8000000000000000000000001 00000000000000000000000000000001 0001 0002, 2001:db8:0:0:0:0:0:1:1",
        "21 11 0010 c0000201 c6336402 dc04 01bb 04 0001 00, 192.0.2.1:56324",
        "21 11 0012 c0000201 c6336402 dc04 01bb 04 0000 04 0000, 192.0.2.1:56324",
        "20 00 0000, none",
        "20 11 000c c0000201 c6336402 dc04 01bb, none",
        "20 ff 0003 010203, none",
        "21 00 0000, none",
        "21 00 0003 010203, none"
    })
    void shouldReadVersion2(final String hex, final String source) {
        assertGood(v2(hex), source);
    }

    @ParameterizedTest
    @CsvSource({
        "11 11 000c c0000201 c6336402 dc04 01bb, version 1",
        "22 11 000c c0000201 c6336402 dc04 01bb, an unknown command",
        "21 12 000c c0000201 c6336402 dc04 01bb, a datagram",
        "21 10 000c c0000201 c6336402 dc04 01bb, a family without protocol",
        "21 01 0000, a protocol without family",
        "21 41 000c c0000201 c6336402 dc04 01bb, an unknown family",
        "21 11 000b c0000201 c6336402 dc04 01, shorter than its addresses",
        "21 21 000c c0000201 c6336402 dc04 01bb, shorter than its addresses",
        "21 31 0004 00000000, shorter than its addresses",
        "21 11 000e c0000201 c6336402 dc04 01bb 0400, a TLV without length",
        "21 11 0010 c0000201 c6336402 dc04 01bb 04 0002 00, a TLV longer than the header",
        "21 11 0010 c0000201 c6336402 dc04 01bb 03 0001 00, a checksum of one byte",
        "21 11 0013 c0000201 c6336402 dc04 01bb 03 0004 00000000, a wrong checksum",
        "21 11 ffff c0000201 c6336402 dc04 01bb, beyond the bound"
    })
    void shouldRefuseWhatIsMerelyLikeVersion2(final String hex, final String why) {
        assertThat(header.read(Unpooled.wrappedBuffer(v2(hex)))).as(why).isEqualTo(ProxyHeader.BAD);
    }

    @Test
    void shouldTakeUnixAddressesForNone() {
        assertGood(v2("21 31 00d8" + "2f".repeat(216)), "none");
    }

    @Test
    void shouldVerifyAChecksum() {
        final byte[] bytes = v2("21 11 0017 c0000201 c6336402 dc04 01bb 04 0001 00 03 0004 00000000");
        final CRC32C crc = new CRC32C();
        crc.update(bytes);
        for (int i = 0; i < 4; i++) {
            bytes[bytes.length - 4 + i] = (byte) (crc.getValue() >> (24 - 8 * i));
        }
        assertGood(bytes, "192.0.2.1:56324");
        bytes[20] ^= 1;
        assertThat(header.read(Unpooled.wrappedBuffer(bytes))).isEqualTo(ProxyHeader.BAD);
    }

    @Test
    void shouldReadNothingBeyondTheHeaderAndThrowForNothing() {
        final long seed = Long.getLong("seed", new Random().nextLong());
        System.out.println("ProxyHeaderTest: -Dseed=" + seed);
        final Random random = new Random(seed);
        final byte[][] good = {
            ascii("PROXY TCP4 192.0.2.1 198.51.100.2 56324 443\r\n"),
            ascii("PROXY TCP6 2001:db8::1 ::1 1 2\r\n"),
            v2("21 11 0013 c0000201 c6336402 dc04 01bb 03 0004 00000000"),
            v2("21 21 0024 20010db8000000000000000000000001 00000000000000000000000000000001 0001 0002")
        };
        for (int n = 0; n < 50_000; n++) {
            final byte[] bytes = good[random.nextInt(good.length)].clone();
            for (int i = random.nextInt(4); i > 0; i--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            final int length = random.nextInt(bytes.length + 1);
            final ByteBuf in = Unpooled.wrappedBuffer(bytes, 0, length);
            final int read = header.read(in);
            assertThat(read).isBetween(ProxyHeader.BAD, length);
            assertThat(in.readerIndex()).isZero();
        }
    }

    /** Whole, with more behind it, and cut off anywhere. */
    private void assertGood(final byte[] bytes, final String source) {
        final ByteBuf in = Unpooled.wrappedBuffer(bytes, ascii("GET / HTTP/1.1\r\n"));
        assertThat(header.read(in)).isEqualTo(bytes.length);
        assertThat(text()).isEqualTo(source);
        for (int cut = 0; cut < bytes.length; cut++) {
            assertThat(header.read(Unpooled.wrappedBuffer(bytes, 0, cut))).isEqualTo(ProxyHeader.NEED_MORE);
        }
    }

    private String text() {
        return header.source() == null
                ? "none"
                : header.source().getAddress().getHostAddress() + ":"
                        + header.source().getPort();
    }

    private void assertBad(final byte[] bytes) {
        assertThat(header.read(Unpooled.wrappedBuffer(bytes))).isEqualTo(ProxyHeader.BAD);
    }

    private static byte[] v2(final String hex) {
        return HexFormat.of().parseHex((SIGNATURE + hex).replace(" ", ""));
    }

    private static byte[] ascii(final String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
