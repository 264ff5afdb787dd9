package openclaw.edge.sync.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Datagrams of format version 1 stay readable, and what is written today is the same bytes. */
final class GoldenTest {

    private final FrameAuth auth = new FrameAuth();
    private final FrameDecoder decoder = new FrameDecoder();
    private final UnsafeBuffer rewritten = new UnsafeBuffer(new byte[WireDescriptor.MAX_DATAGRAM_BYTES]);
    private final FrameHeaderFlyweight header = new FrameHeaderFlyweight();
    private final HelloFlyweight hello = new HelloFlyweight();

    static List<String> data() {
        return Golden.DATA;
    }

    @ParameterizedTest
    @MethodSource("data")
    void shouldReadData(final String name) {
        final Golden golden = new Golden(name);
        header.wrap(golden.buffer);
        assertThat(header.check(golden.bytes.length)).isEqualTo(DropReason.NONE);
        assertThat(header.type()).isEqualTo(WireDescriptor.TYPE_DATA);
        assertThat(header.session()).isEqualTo(Golden.SESSION_B);
        assertThat(header.sequence()).isEqualTo(1);
        assertThat(auth.verify(golden.buffer, golden.bytes.length, Golden.sessionKey(auth)))
                .isTrue();
        final FrameText text = new FrameText();
        assertThat(decoder.decode(golden.buffer, WireDescriptor.HEADER_BYTES, golden.bodyLimit(), text))
                .isEqualTo(DropReason.NONE);
        assertThat(text.lines).isEqualTo(golden.expected);
    }

    @ParameterizedTest
    @MethodSource("data")
    void shouldWriteTheSameData(final String name) {
        final Golden golden = new Golden(name);
        final FrameEncoder encoder =
                new FrameEncoder().wrap(rewritten, WireDescriptor.HEADER_BYTES, WireDescriptor.BODY_LIMIT);
        final ReEncoder reEncoder = new ReEncoder(encoder);
        decoder.decode(golden.buffer, WireDescriptor.HEADER_BYTES, golden.bodyLimit(), reEncoder);
        reEncoder.flush();
        header.wrap(rewritten).set(WireDescriptor.TYPE_DATA, Golden.SESSION_B, 1);
        final int length =
                auth.sign(rewritten, WireDescriptor.HEADER_BYTES + encoder.lengthBytes(), Golden.sessionKey(auth));
        final byte[] bytes = Arrays.copyOf(rewritten.byteArray(), length);
        if ("later-version".equals(name)) {
            assertThat(bytes).as("this version writes no later one").isNotEqualTo(golden.bytes);
        } else {
            assertThat(bytes).isEqualTo(golden.bytes);
        }
    }

    @Test
    void shouldReadAndWriteHello() {
        final Golden golden = new Golden("hello");
        read(golden, WireDescriptor.TYPE_HELLO, 0);
        assertThat(hello.life()).isEqualTo(Golden.LIFE_A);
        assertThat(hello.incarnation()).isEqualTo(0xC1);
        assertThat(hello.session()).isEqualTo(Golden.SESSION_A);
        assertThat(hello.name()).isEqualTo("edge-a");
        assertThat(hello.weight()).isEqualTo(1);
        assertThat(hello.isAnswerTo(0, 0, 0)).isTrue();

        hello.wrap(rewritten)
                .sender(Golden.KEYS.clusterHash(), Golden.LIFE_A, 0xC1, 1, "edge-a".getBytes(StandardCharsets.UTF_8))
                .offer(Golden.SESSION_A, 0x3333333333333333L, 0x4444444444444444L);
        assertThat(written(WireDescriptor.TYPE_HELLO, 0)).isEqualTo(golden.bytes);
    }

    @Test
    void shouldReadAndWriteWelcome() {
        final Golden golden = new Golden("welcome");
        read(golden, WireDescriptor.TYPE_WELCOME, Golden.SESSION_A);
        assertThat(hello.life()).isEqualTo(Golden.LIFE_B);
        assertThat(hello.session()).isEqualTo(Golden.SESSION_B);
        assertThat(hello.nonceHigh()).isEqualTo(0x5555555555555555L);
        assertThat(hello.nonceLow()).isEqualTo(0x6666666666666666L);
        assertThat(hello.name()).isEqualTo("edge-b");
        assertThat(hello.isAnswerTo(Golden.LIFE_A, 0x3333333333333333L, 0x4444444444444444L))
                .isTrue();
        assertThat(hello.isAnswerTo(Golden.LIFE_A, 0x3333333333333333L, 0)).isFalse();

        hello.wrap(rewritten)
                .sender(Golden.KEYS.clusterHash(), Golden.LIFE_B, 0xC2, 0, "edge-b".getBytes(StandardCharsets.UTF_8))
                .offer(Golden.SESSION_B, 0x5555555555555555L, 0x6666666666666666L)
                .answered(Golden.LIFE_A, 0x3333333333333333L, 0x4444444444444444L);
        assertThat(written(WireDescriptor.TYPE_WELCOME, Golden.SESSION_A)).isEqualTo(golden.bytes);
    }

    private void read(final Golden golden, final int type, final long session) {
        header.wrap(golden.buffer);
        assertThat(header.check(golden.bytes.length)).isEqualTo(DropReason.NONE);
        assertThat(header.type()).isEqualTo(type);
        assertThat(header.session()).isEqualTo(session);
        assertThat(header.sequence()).isEqualTo(7);
        assertThat(auth.verify(golden.buffer, golden.bytes.length, Golden.KEYS.handshake(0)))
                .isTrue();
        hello.wrap(golden.buffer);
        assertThat(hello.isValid(golden.bytes.length)).isTrue();
        assertThat(hello.clusterHash()).isEqualTo(Golden.KEYS.clusterHash());
    }

    private byte[] written(final int type, final long session) {
        header.wrap(rewritten).set(type, session, 7);
        final int signed = HelloFlyweight.DATAGRAM_BYTES - WireDescriptor.TAG_BYTES;
        return Arrays.copyOf(rewritten.byteArray(), auth.sign(rewritten, signed, Golden.KEYS.handshake(0)));
    }
}
