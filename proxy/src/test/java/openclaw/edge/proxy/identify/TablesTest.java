package openclaw.edge.proxy.identify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import openclaw.edge.proxy.testing.Heads;
import org.junit.jupiter.api.Test;

class TablesTest {
    @Test
    void shouldFindEveryKeyAndNoOtherThoughAllCollide() {
        final ApiKeyTable table = new ApiKeyTable(200);
        for (int i = 0; i < 200; i++) {
            table.put(digest(7, i), i);
        }
        for (int i = 0; i < 200; i++) {
            assertThat(table.find(words(7, i))).isEqualTo(i);
            assertThat(table.find(words(7, i + 200))).isEqualTo(ApiKeyTable.UNKNOWN);
        }
    }

    @Test
    void shouldNotFindAKeyThatDiffersInOneBit() {
        final ApiKeyTable table = new ApiKeyTable(1);
        table.put(digest(7, 42), 3);
        for (int bit = 0; bit < 256; bit++) {
            final long[] words = words(7, 42);
            words[bit / 64] ^= 1L << (bit % 64);
            assertThat(table.find(words)).as("bit %d", bit).isEqualTo(ApiKeyTable.UNKNOWN);
        }
    }

    @Test
    void shouldRefuseOneKeyOfTwoTenants() {
        final ApiKeyTable table = new ApiKeyTable(2);
        table.put(digest(1, 1), 0);
        table.put(digest(1, 1), 0);
        assertThat(table.size()).isEqualTo(1);
        assertThatThrownBy(() -> table.put(digest(1, 1), 1)).hasMessageContaining("two tenants");
    }

    @Test
    void shouldFindTenantsByTheirBytes() {
        final List<byte[]> ids = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            ids.add(Heads.bytes("tenant-" + i));
        }
        final TenantIndex index = new TenantIndex(ids);
        for (int i = 0; i < 1000; i++) {
            final byte[] bytes = Heads.bytes("..tenant-" + i + "..");
            assertThat(index.find(bytes, 2, bytes.length - 4)).isEqualTo(i);
            assertThat(index.find(bytes, 1, bytes.length - 3)).isEqualTo(TenantIndex.UNKNOWN);
        }
    }

    private static long[] words(final long first, final long seed) {
        final Random random = new Random(seed);
        return new long[] {first, random.nextLong(), random.nextLong(), random.nextLong()};
    }

    private static byte[] digest(final long first, final long seed) {
        final ByteBuffer buffer = ByteBuffer.allocate(32);
        for (final long word : words(first, seed)) {
            buffer.putLong(word);
        }
        return buffer.array();
    }
}
