package openclaw.edge.ledger.record;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class NameHashTest {
    private static long xxh64(final String text, final long seed) {
        final byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        return NameHash.xxh64(new UnsafeBuffer(bytes), 0, bytes.length, seed);
    }

    private static long id(final NameKind kind, final long scope, final String text) {
        final byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        return NameHash.id(kind, scope, new UnsafeBuffer(bytes), 0, bytes.length);
    }

    @Test
    void shouldAgreeWithPublishedXxh64Values() {
        assertThat(xxh64("", 0)).isEqualTo(0xEF46DB3751D8E999L);
        assertThat(xxh64("a", 0)).isEqualTo(0xD24EC4F1A98C6E5BL);
        assertThat(xxh64("abc", 0)).isEqualTo(0x44BC2CF5AD770999L);
        assertThat(xxh64("xxhash", 20141025)).isEqualTo(0xB559B98D844E0635L);
        assertThat(xxh64("Call me Ishmael. Some years ago--never mind how long precisely-", 0))
                .isEqualTo(0x02A2E85470D6FD96L);
    }

    @Test
    void shouldNotDependOnWhereTheBytesStand() {
        final String text = "a name that is longer than thirty-two bytes";
        final byte[] padded = ("xyz" + text + "!").getBytes(StandardCharsets.US_ASCII);
        assertThat(NameHash.xxh64(new UnsafeBuffer(padded), 3, text.length(), 7))
                .isEqualTo(xxh64(text, 7));
    }

    @Test
    void shouldTellKindsAndScopesApart() {
        assertThat(id(NameKind.TENANT, 0, "a"))
                .isNotEqualTo(id(NameKind.ROUTE, 0, "a"))
                .isNotEqualTo(id(NameKind.AGENT, 0, "a"));
        assertThat(id(NameKind.AGENT, 1, "a")).isNotEqualTo(id(NameKind.AGENT, 2, "a"));
        assertThat(id(NameKind.AGENT, 1, "")).isZero();
    }

    @Test
    void shouldKeepIdsForEver() {
        assertThat(id(NameKind.TENANT, 0, "tenant-abc123")).isEqualTo(0x385737687CA39048L);
    }
}
