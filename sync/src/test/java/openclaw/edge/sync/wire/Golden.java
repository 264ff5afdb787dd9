package openclaw.edge.sync.wire;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.agrona.concurrent.UnsafeBuffer;

/** A datagram of the past: bytes in hex with comments, and what a reader must see. */
final class Golden {

    static final List<String> DATA = List.of(
            "heartbeat-ack", "changes-own", "changes-relay", "vector", "members", "status-ledger-bye", "later-version");

    static final ClusterKeys KEYS =
            new ClusterKeys("golden", List.of("golden secret".getBytes(StandardCharsets.UTF_8)));
    static final long LIFE_A = 0xA1A2A3A4A5A6A7A8L;
    static final long LIFE_B = 0xB1B2B3B4B5B6B7B8L;
    static final long SESSION_A = 0x1111111111111111L;
    static final long SESSION_B = 0x2222222222222222L;

    final UnsafeBuffer buffer = new UnsafeBuffer(new byte[WireDescriptor.MAX_DATAGRAM_BYTES]);
    final byte[] bytes;
    final List<String> expected = new ArrayList<>();

    Golden(final String name) {
        final StringBuilder hex = new StringBuilder();
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(
                Objects.requireNonNull(Golden.class.getResourceAsStream("v1/" + name + ".hex"), name),
                StandardCharsets.UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                if (line.startsWith("> ")) {
                    expected.add(line.substring(2));
                } else {
                    hex.append(line.split("#", -1)[0].strip());
                }
            }
        } catch (final IOException e) {
            throw new AssertionError(name, e);
        }
        bytes = HexFormat.of().parseHex(hex);
        buffer.putBytes(0, bytes);
    }

    int bodyLimit() {
        return bytes.length - WireDescriptor.TAG_BYTES;
    }

    static AuthKey sessionKey(final FrameAuth auth) {
        return KEYS.session(
                auth,
                0,
                LIFE_A,
                LIFE_B,
                SESSION_A,
                SESSION_B,
                0x3333333333333333L,
                0x4444444444444444L,
                0x5555555555555555L,
                0x6666666666666666L);
    }
}
