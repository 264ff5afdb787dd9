package openclaw.edge.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MemberFileTest {

    private static final List<MemberStore.Saved> MEMBERS = List.of(
            new MemberStore.Saved(MemberStore.Kind.NAMED, "edge-a", null, 1, true, false),
            new MemberStore.Saved(
                    MemberStore.Kind.NAMED,
                    "edge b, with blanks",
                    new InetSocketAddress("127.0.0.1", 7947),
                    1,
                    true,
                    true),
            new MemberStore.Saved(
                    MemberStore.Kind.NAMED, "limiter", new InetSocketAddress("::1", 7948), 0, false, false),
            new MemberStore.Saved(MemberStore.Kind.LISTED, "typo:7947", null, 1, true, true),
            new MemberStore.Saved(
                    MemberStore.Kind.TOLD, "127.0.0.1:7949", new InetSocketAddress("127.0.0.1", 7949), 1, true, false));

    @TempDir
    private Path directory;

    private final SyncCounters counters = new SyncCounters();

    @Test
    void shouldReadWhatItHasWritten() {
        final MemberFile file = new MemberFile(directory.resolve("members"), counters);
        assertThat(file.load()).isEmpty();
        file.save(MEMBERS);
        assertThat(file.load()).isEqualTo(MEMBERS);
        file.save(MEMBERS.subList(0, 1));
        assertThat(file.load()).isEqualTo(MEMBERS.subList(0, 1));
        assertThat(counters.get(SyncCounter.MEMBERS_FILE_FAILED)).isZero();
    }

    @Test
    void shouldTakeAFileThatIsNotWholeForNone() throws IOException {
        final Path path = directory.resolve("members");
        final MemberFile file = new MemberFile(path, counters);
        file.save(MEMBERS);
        final String whole = Files.readString(path);
        int failed = 0;
        for (int length = 0; length < whole.length(); length++) {
            Files.writeString(path, whole.substring(0, length));
            assertThat(file.load()).as("the first %d characters", length).isEmpty();
            assertThat(counters.get(SyncCounter.MEMBERS_FILE_FAILED)).isEqualTo(++failed);
            assertThat(file.unread()).isNotEmpty();
        }
        Files.writeString(path, whole);
        assertThat(file.load()).isNotEmpty();
        assertThat(file.unread()).isNull();
    }

    @Test
    void shouldCountAFileThatCannotBeWritten() {
        final Path path = directory.resolve("no such directory").resolve("members");
        assertThat(new MemberFile(path, counters).save(MEMBERS)).contains(path.toString());
        assertThat(counters.get(SyncCounter.MEMBERS_FILE_FAILED)).isEqualTo(1);
    }

    @Test
    void shouldNoticeThatSomebodyElseRemovedOrChangedIt() throws IOException {
        final Path path = directory.resolve("members");
        final MemberFile file = new MemberFile(path, counters);
        assertThat(file.isGone()).isFalse();
        assertThat(file.save(MEMBERS)).isNull();
        assertThat(file.isGone()).isFalse();
        Files.delete(path);
        assertThat(file.isGone()).isTrue();
        file.save(MEMBERS);
        assertThat(file.isGone()).isFalse();
        Files.writeString(path, "members 1\n");
        assertThat(file.isGone()).isTrue();
        file.save(MEMBERS);
        assertThat(file.load()).isEqualTo(MEMBERS);
    }
}
