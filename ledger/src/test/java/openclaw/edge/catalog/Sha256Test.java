package openclaw.edge.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class Sha256Test {
    @TempDir
    Path directory;

    @Test
    void shouldDigestAFileLikeItsBytes() throws IOException {
        final byte[] bytes = new byte[200_001];
        new Random(1).nextBytes(bytes);
        final Path file = Files.write(directory.resolve("f"), bytes);
        assertThat(Sha256.of(file)).isEqualTo(Sha256.digest().digest(bytes));
        for (final int length : new int[] {0, 1, 65_536, 65_537, 200_001}) {
            assertThat(Sha256.of(file, length)).isEqualTo(Sha256.digest().digest(Arrays.copyOf(bytes, length)));
        }
        assertThatThrownBy(() -> Sha256.of(file, 200_002))
                .isInstanceOf(IOException.class)
                .hasMessage(file + " ends at 200001, expected 200002 bytes");
    }
}
