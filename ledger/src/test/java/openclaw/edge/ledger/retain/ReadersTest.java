package openclaw.edge.ledger.retain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import openclaw.edge.ledger.record.Life;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The registry of readers, and positions in files. */
class ReadersTest {
    private static final Life LIFE = new Life(1, -2);
    private static final long NOW_NS = 1_795_204_800_123_456_789L;
    private static final long SEED = 99;

    @TempDir
    Path journal;

    @Test
    void shouldRegisterCommitListAndRemove() throws IOException {
        final Readers readers = new Readers(journal);
        assertThat(readers.list()).isEmpty();
        assertThat(readers.remove("search")).isFalse();
        assertThat(readers.register("search", NOW_NS)).isTrue();
        assertThat(readers.register("billing", NOW_NS + 1)).isTrue();
        assertThat(readers.register("billing", NOW_NS + 2)).isFalse();
        final Position done = new Position();
        done.add(LIFE, 3, 1, 10);
        done.add(LIFE, 3, 12, 12);
        readers.commit("billing", done, "2026-11\n", NOW_NS + 3);
        final Position more = new Position();
        more.add(LIFE, 3, 10, 11);
        more.add(LIFE, 0, 5, 5);
        readers.commit("billing", more, "of late", NOW_NS + 4);

        final List<Reader> all = new Readers(journal).list();
        assertThat(all).extracting(Reader::name).containsExactly("billing", "search");
        final Reader billing = all.get(0);
        assertThat(billing.registeredNs()).isEqualTo(NOW_NS + 1);
        assertThat(billing.lastCommit()).isEqualTo(new Reader.Commit("of late", NOW_NS + 4, 2));
        assertThat(billing.position().lines()).containsExactly("lane " + LIFE + " 0 5", "lane " + LIFE + " 3 1-12");
        assertThat(all.get(1).lastCommit()).isNull();
        assertThat(all.get(1).position().records()).isZero();
        assertThat(readers.remove("search")).isTrue();
        assertThat(readers.list()).hasSize(1);
    }

    @Test
    void shouldRefuseWhatIsNotRegisteredAndNamesThatCouldBePaths() {
        final Readers readers = new Readers(journal);
        assertThatThrownBy(() -> readers.commit("billing", new Position(), "x", 0))
                .isInstanceOf(NoSuchFileException.class)
                .hasMessageContaining("no reader 'billing' is registered");
        for (final String name : List.of("", "..", ".a", "a/b", "a b", "a".repeat(65))) {
            assertThatThrownBy(() -> readers.register(name, 0))
                    .as("'%s'", name)
                    .isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> new Readers(journal.resolve("none")).register("a", 0))
                .isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void shouldLoseNoCommitOfSeveralAtTheSameTime() throws Exception {
        new Readers(journal).register("billing", NOW_NS);
        final ExecutorService executor = Executors.newFixedThreadPool(4);
        try {
            final List<Future<Reader>> commits = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                final Position one = new Position();
                one.add(LIFE, i % 5, 2L * i + 1, 2L * i + 1);
                final Callable<Reader> commit = () -> new Readers(journal).commit("billing", one, "x", NOW_NS);
                commits.add(executor.submit(commit));
            }
            for (final Future<Reader> commit : commits) {
                commit.get();
            }
        } finally {
            executor.shutdownNow();
        }
        assertThat(new Readers(journal).list().get(0).position().records()).isEqualTo(40);
        try (var files = Files.list(journal.resolve("readers"))) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder(".lock", "billing.reader");
        }
    }

    @Test
    void shouldReadPositionsAsTheyWereWritten() throws IOException {
        final Random random = new Random(SEED);
        System.out.println("seed " + SEED);
        final Path file = journal.resolve("position");
        for (int round = 0; round < 20; round++) {
            final Position position = new Position();
            final TreeSet<String> all = new TreeSet<>();
            for (int i = 0; i < random.nextInt(200); i++) {
                final Life life = new Life(random.nextInt(2), random.nextInt(3) + 1);
                final int lane = random.nextInt(3);
                final long sequence = 1L + random.nextInt(100);
                position.add(life, lane, sequence, sequence);
                all.add(life + ":" + lane + ":" + sequence);
            }
            position.write(file);
            final Position read = Position.read(file);
            assertThat(read.lines()).isEqualTo(position.lines());
            assertThat(read.records()).isEqualTo(all.size());
        }
        Files.writeString(file, "edge-journal-position 2\ncrc32c 00000000\n");
        assertThatThrownBy(() -> Position.read(file)).hasMessageContaining("expected a file that begins with");
    }
}
