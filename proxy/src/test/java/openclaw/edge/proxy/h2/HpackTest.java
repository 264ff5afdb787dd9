package openclaw.edge.proxy.h2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.DefaultHttp2HeadersEncoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import openclaw.edge.proxy.exchange.FieldNames;
import openclaw.edge.proxy.exchange.Head;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Header blocks of upstreams as they are decoded, against the library's encoder; and requests' as its decoder reads them. */
final class HpackTest {
    private static final HexFormat HEX = HexFormat.of();

    private final ResponseBlock block = new ResponseBlock();
    private final Head head = new Head();

    private List<String> read(final byte[] bytes) throws Http2Exception {
        head.reset();
        block.read(bytes, bytes.length, head);
        final List<String> fields = new ArrayList<>();
        for (int i = 0; i < head.fieldCount(); i++) {
            fields.add(text(head.nameOffset(i), head.nameLength(i)) + "="
                    + text(head.valueOffset(i), head.valueLength(i)));
        }
        return fields;
    }

    private String text(final int offset, final int length) {
        return new String(head.bytes(), offset, length, StandardCharsets.ISO_8859_1);
    }

    /** The same literal again is compared, not decoded; one that differs in anything is another. */
    @Test
    void shouldTellLiteralsOfOneNameApart() throws Http2Exception {
        final String plain = "88" + "0f10" + "03" + "616263";
        final String never = "88" + "1f10" + "03" + "616264";
        for (int i = 0; i < 3; i++) {
            assertThat(read(HEX.parseHex(plain))).containsExactly("content-type=abc");
            assertThat(read(HEX.parseHex(plain))).containsExactly("content-type=abc");
            assertThat(read(HEX.parseHex(never))).containsExactly("content-type=abd");
            assertThat(read(HEX.parseHex("88" + "0f02" + "03" + "616263"))).containsExactly("accept-language=abc");
            assertThat(read(HEX.parseHex("88" + "0f10" + "00"))).containsExactly("content-type=");
            read(HEX.parseHex("88" + "0f10" + "03" + "610a63"));
            assertThat(block.isMalformed()).isTrue();
            read(HEX.parseHex("08" + "03" + "323031"));
            assertThat(block.status()).isEqualTo(201);
        }
        assertThat(read(HEX.parseHex("88" + "0f10" + "7f01" + "78".repeat(128))))
                .hasSize(1);
        assertThat(read(HEX.parseHex("88" + "0f10" + "7f01" + "79".repeat(128))))
                .containsExactly("content-type=" + "y".repeat(128));
    }

    /** RFC 7541 appendix C.6: three responses with Huffman coding, on one table of 256 bytes. */
    @Test
    void shouldReadTheExamplesOfTheStandard() throws Http2Exception {
        assertThat(read(HEX.parseHex("3fe101" + "488264025885aec3771a4b6196d07abe941054d444a8200595040b8166e082a62d1bff"
                        + "6e919d29ad171863c78f0b97c8e9ae82ae43d3")))
                .containsExactly(
                        "cache-control=private",
                        "date=Mon, 21 Oct 2013 20:13:21 GMT",
                        "location=https://www.example.com");
        assertThat(block.status()).isEqualTo(302);
        assertThat(read(HEX.parseHex("4883640effc1c0bf"))).hasSize(3);
        assertThat(block.status()).isEqualTo(307);
        assertThat(read(HEX.parseHex(
                        "88c16196d07abe941054d444a8200595040b8166e084a62d1bffc05a839bd9ab77ad94e7821dd7f2e6c7b3"
                                + "35dfdfcd5b3960d5af27087f3672c1ab270fb5291f9587316065c003ed4ee5b1063d5007")))
                .containsExactly(
                        "cache-control=private",
                        "date=Mon, 21 Oct 2013 20:13:22 GMT",
                        "location=https://www.example.com",
                        "content-encoding=gzip",
                        "set-cookie=foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1");
        assertThat(block.status()).isEqualTo(200);
    }

    @Test
    void shouldReadWhatTheLibraryWrites() throws Exception {
        final Random random = new Random(7);
        final Http2HeadersEncoder encoder =
                new DefaultHttp2HeadersEncoder(Http2HeadersEncoder.NEVER_SENSITIVE, false, 16, 1);
        encoder.configuration().maxHeaderTableSize(DynamicTable.MAX_BYTES);
        for (int round = 0; round < 2_000; round++) {
            final Http2Headers headers = new DefaultHttp2Headers(false).status("" + (100 + random.nextInt(500)));
            final List<String> expected = new ArrayList<>();
            for (int i = random.nextInt(12); i > 0; i--) {
                final String name = List.of("date", "x-a", "content-type", "x-" + random.nextInt(300), "etag")
                        .get(random.nextInt(5));
                final String value = value(random);
                headers.add(name, value);
            }
            headers.forEach(field -> {
                if (field.getKey().charAt(0) != ':') {
                    expected.add(field.getKey() + "=" + field.getValue());
                }
            });
            final ByteBuf out = Unpooled.buffer();
            encoder.encodeHeaders(1, headers, out);
            assertThat(read(ByteBufUtil.getBytes(out))).isEqualTo(expected);
            assertThat(block.isMalformed()).isFalse();
            assertThat(block.status())
                    .isEqualTo(Integer.parseInt(headers.status().toString()));
        }
    }

    /** Few values, so that many come from the table; any byte that is allowed, so that every code is seen. */
    private static String value(final Random random) {
        if (random.nextInt(3) > 0) {
            return "value-" + random.nextInt(20);
        }
        final StringBuilder value = new StringBuilder("v");
        for (int i = random.nextInt(60); i > 0; i--) {
            final int c = 0x21 + random.nextInt(0x100 - 0x21);
            value.append((char) (c == 0x7F ? 'x' : c));
        }
        return value.toString();
    }

    @Test
    void shouldMakeLinesThatAreWrittenInOneRun() throws Http2Exception {
        read(FrameClient.block(":status: 200", "a: b", "server: x"));
        assertThat(new String(head.bytes(), 0, head.length(), StandardCharsets.US_ASCII))
                .isEqualTo("a: b\r\nserver: x\r\n");
        assertThat(head.id(1)).isEqualTo(FieldNames.SERVER);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "80", // index 0
                "ff00", // index 127
                "be", // the first of an empty dynamic table
                "7f", // an integer without an end
                "ffffffffffff7f", // an integer above all
                "00", // a literal without a name
                "000161", // without a value
                "00056162", // a name that goes beyond the block
                "0001618101", // padding that is not of ones
                "00016181ff0001", // then a literal that is cut
                "883fe11f", // a table size behind a field
                "3fe21f", // a table size above what was offered
                "000161" + "84" + "ffffffff" // the code for the end
            })
    void shouldRefuseWhatBreaksTheCode(final String hex) {
        final byte[] bytes = HEX.parseHex(hex);
        assertThatThrownBy(() -> read(bytes)).isInstanceOf(Http2Exception.class).hasMessageContaining("HPACK");
    }

    @Test
    void shouldKeepTheTableThroughBlocksThatAreMalformed() throws Http2Exception {
        read(HEX.parseHex("40" + "0141" + "0162" + "40" + "0163" + "0164"));
        assertThat(block.isMalformed()).isTrue();
        assertThat(read(HEX.parseHex("88be"))).containsExactly("c=d");
        assertThat(block.isMalformed()).isFalse();
        read(HEX.parseHex("88bf"));
        assertThat(block.isMalformed()).as("a name in upper case stays one").isTrue();
    }

    @Test
    void shouldEvictTheOldestAndForgetAllWhenTheTableShrinks() throws Http2Exception {
        for (int i = 0; i < 1_000; i++) {
            read(FrameClient.block(":status: 200"));
            final byte[] field = ("v" + i).getBytes(StandardCharsets.US_ASCII);
            read(HEX.parseHex("40" + "0161" + HEX.toHexDigits((byte) field.length) + HEX.formatHex(field)));
        }
        assertThat(read(HEX.parseHex("be"))).containsExactly("a=v999");
        read(HEX.parseHex("20"));
        assertThatThrownBy(() -> read(HEX.parseHex("be"))).isInstanceOf(Http2Exception.class);
    }

    @Test
    void shouldWriteRequestsThatTheLibraryReads() throws Exception {
        final Head request = new Head();
        request.reset();
        request.method(0, request.append(bytes("PURGE")), 5);
        request.path(request.append(bytes("/p?q")), 4);
        request.authority(request.append(bytes("a.test:1")), 8);
        request.add(FieldNames.UNKNOWN, bytes("X-Upper"), bytes("V"), 0, 1);
        request.add(FieldNames.COOKIE, bytes("a=b"));
        request.add(FieldNames.HOST, bytes("other"));
        request.add(FieldNames.CONNECTION, bytes("close"));
        request.add(FieldNames.CONTENT_LENGTH, bytes("7"));
        request.framing(Head.Framing.LENGTH, 12);
        request.acceptsTrailers(true);
        final HeaderBlock encoder = new HeaderBlock();
        encoder.request(request, true);
        final Http2Headers read = new DefaultHttp2HeadersDecoder(true)
                .decodeHeaders(1, Unpooled.wrappedBuffer(encoder.bytes(), 0, encoder.length()));
        final List<String> fields = new ArrayList<>();
        read.forEach(field -> fields.add(field.getKey() + "=" + field.getValue()));
        assertThat(fields)
                .containsExactly(
                        ":method=PURGE",
                        ":scheme=https",
                        ":authority=a.test:1",
                        ":path=/p?q",
                        "x-upper=V",
                        "cookie=a=b",
                        "content-length=12",
                        "te=trailers");
    }

    private static byte[] bytes(final String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
