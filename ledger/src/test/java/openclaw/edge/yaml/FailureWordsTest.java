package openclaw.edge.yaml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FailureWordsTest {
    @TempDir
    Path dir;

    @Test
    void shouldSayWhatHappenedToAFile() throws IOException {
        Path none = dir.resolve("none");
        Path file = Files.writeString(dir.resolve("file"), "\u00E9", StandardCharsets.ISO_8859_1);
        assertFile(() -> Files.readString(none), none, "there is no such file");
        assertFile(() -> Files.createDirectories(file), file, "something else is there");
        assertFile(() -> Files.newDirectoryStream(file), file, "it is no directory");
        assertFile(() -> Files.delete(dir), dir, "the directory is not empty");
        assertFile(() -> Files.createDirectory(file.resolve("a")), file.resolve("a"), "Not a directory");
        Path loop = Files.createSymbolicLink(dir.resolve("loop"), Path.of("loop"));
        assertThat(FailureWords.of(catchThrowable(() -> Files.readString(loop))))
                .containsIgnoringCase("symbolic links");
        assertThat(FailureWords.withFile(new NoSuchFileException("/x", null, "no such journal")))
                .isEqualTo("/x: no such journal");
        assertThat(FailureWords.of(new AccessDeniedException("/x"))).isEqualTo("this user has no permission");
        assertThat(FailureWords.of(catchThrowable(() -> Files.readString(file))))
                .isEqualTo("it holds bytes that are no text in UTF-8");
        assertThat(FailureWords.of(catchThrowable(() -> Files.readString(dir)))).isEqualTo("Is a directory");
    }

    @Test
    void shouldSayWhatHappenedToAConnection() {
        InetSocketAddress unknown = InetSocketAddress.createUnresolved("no.such.name.invalid", 1);
        try (Socket socket = new Socket()) {
            assertThat(FailureWords.of(catchThrowable(() -> socket.connect(unknown))))
                    .isEqualTo("no address is known for its name");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        assertThat(FailureWords.of(new UnknownHostException("no.such.name: Name or service not known")))
                .isEqualTo("no address is known for its name");
        assertThat(FailureWords.of(new ConnectException())).isEqualTo("nobody listens there");
        assertThat(FailureWords.of(new ConnectException("Connection refused"))).isEqualTo("Connection refused");
        assertThat(FailureWords.of(new SocketTimeoutException())).isEqualTo("nothing was heard in time");
        assertThat(FailureWords.of(new ClosedChannelException())).isEqualTo("the connection was closed");
        assertThat(FailureWords.of(new EOFException())).isEqualTo("it ends too early");
    }

    @Test
    void shouldTellTheCauseOfWhatOnlyPassesItOn() {
        IOException cause = new FileSystemException("/data/x", null, "No space left on device");
        assertThat(FailureWords.withFile(new UncheckedIOException(cause)))
                .isEqualTo("/data/x: No space left on device");
        assertThat(FailureWords.of(new ExecutionException(new IOException(cause))))
                .isEqualTo("No space left on device");
        assertThat(FailureWords.of(new IllegalStateException("of its own", cause)))
                .isEqualTo("of its own");
    }

    @Test
    void shouldBeOneLineAndNeverEmpty() {
        assertThat(FailureWords.of(new IOException("first\nsecond"))).isEqualTo("first");
        assertThat(FailureWords.of(new IOException())).isEqualTo("an error without further words");
        assertThat(FailureWords.withFile(new IOException(" "))).isEqualTo("an error without further words");
    }

    private static void assertFile(ThrowingCallable work, Path file, String words) {
        Throwable failure = catchThrowable(work);
        assertThat(FailureWords.of(failure)).isEqualTo(words);
        assertThat(FailureWords.withFile(failure)).isEqualTo(file + ": " + words);
    }
}
