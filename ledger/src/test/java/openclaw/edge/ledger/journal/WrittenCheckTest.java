package openclaw.edge.ledger.journal;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Documents whose stores were lost are found, wherever the hole is. */
class WrittenCheckTest {
    private static final int DOCUMENTS = 500;
    private static final int CONTENT = 100;
    private static final int PAGE = 4096;
    private static final long END = DOCUMENTS * (4L + CONTENT);

    @TempDir
    Path directory;

    private Path path;

    @BeforeEach
    void write() throws IOException {
        path = directory.resolve("file.cq4");
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            for (int i = 0; i < DOCUMENTS; i++) {
                file.writeInt(Integer.reverseBytes(CONTENT));
                file.write(new byte[CONTENT]);
            }
            file.setLength(1 << 20);
        }
    }

    private void verify() throws IOException {
        try (WrittenCheck check = new WrittenCheck()) {
            check.begin(path.toFile(), 0);
            check.verify(END / 2 / (4 + CONTENT) * (4 + CONTENT));
            check.verify(END);
        }
    }

    @Test
    void shouldPassWhatIsThere() {
        assertThatCode(this::verify).doesNotThrowAnyException();
    }

    @Test
    void shouldFindAPageThatWasNeverStored() throws IOException {
        for (long page = 0; page < END; page += PAGE) {
            write();
            try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
                file.seek(page);
                file.write(new byte[PAGE]);
            }
            assertThatThrownBy(this::verify).as("page at %d", page).isInstanceOf(LostFileException.class);
        }
    }

    @Test
    void shouldFindADocumentThatWasNotFinished() throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            file.seek(10 * (4 + CONTENT));
            file.writeInt(Integer.reverseBytes(1 << 31));
        }
        assertThatThrownBy(this::verify)
                .isInstanceOf(LostFileException.class)
                .hasMessageContaining("no document at 1040");
    }

    @Test
    void shouldFindAFileThatWasCutOrRemoved() throws IOException {
        try (WrittenCheck check = new WrittenCheck()) {
            check.begin(path.toFile(), 0);
            Files.delete(path);
            assertThatThrownBy(() -> check.verify(END))
                    .isInstanceOf(LostFileException.class)
                    .hasMessageContaining("removed or cut");
        }
    }
}
