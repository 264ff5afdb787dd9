package openclaw.edge.ledger.retain;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import openclaw.edge.ledger.ChildJvm;
import openclaw.edge.ledger.journal.QueueDirectories;
import openclaw.edge.ledger.read.JournalReader;
import openclaw.edge.ledger.read.ReadReport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kills real processes with SIGKILL while they seal archives, commit a reader and delete files, and looks at what is left. */
class RetainKillTest {
    private static final int HOURS = 8;
    private static final int RECORDS = 6;
    private static final int KILLED = 128 + 9;

    @TempDir
    Path root;

    private Random random;

    @Test
    void shouldLoseNothingWhenKilledBetweenSealingAndDeleting() throws Exception {
        kill(root.resolve("data"), 20_261_122L, 3);
    }

    @Test
    @Tag("nightly")
    void shouldLoseNothingThroughManyKills() throws Exception {
        final long seed = System.nanoTime();
        int kills = 0;
        for (int directory = 0; kills < 60; directory++) {
            kills += kill(root.resolve("data-" + directory), seed + directory, 12);
        }
    }

    /** Kills until so many have died or one has done it all; answers how many. */
    private int kill(final Path data, final long seed, final int most) throws Exception {
        System.out.println("RetainKillTest: seed " + seed);
        random = new Random(seed);
        final RetainedNode node = new RetainedNode(data);
        for (int hour = 0; hour < HOURS; hour++) {
            node.hour(RECORDS);
        }
        node.stop();
        final Map<String, Integer> written = node.usage();
        final String before = RetainedNode.conclusions(node.read());
        final Path archives = data.resolve("archives");
        final Readers readers = new Readers(node.journal);
        int kills = 0;
        while (kills < most && RetainChild.committed(readers) < HOURS) {
            final int said = killOne(node.journal, archives, RetainChild.committed(readers));
            kills++;
            assertThat(RetainChild.committed(readers)).isGreaterThanOrEqualTo(said);
            check(node, archives, written, before);
        }
        RetainChild.run(node.journal, archives, HOURS, hour -> {});
        check(node, archives, written, before);
        assertThat(QueueDirectories.files(node.journal)).as("all but the last").hasSize(1);
        assertThat(node.usage()).isEmpty();
        return kills;
    }

    /** Kills a process some time after it has said an hour that a seed chooses; answers the last one that it said. */
    private int killOne(final Path journal, final Path archives, final int committed) throws Exception {
        final int last = committed + random.nextInt(Math.min(3, HOURS - committed));
        final long delayNs = random.nextInt(30_000_000);
        final Process process =
                ChildJvm.start(RetainChild.class, journal.toString(), archives.toString(), Integer.toString(HOURS));
        int said = 0;
        try (InputStream in = process.getInputStream()) {
            assertThat(in.read()).isEqualTo('B');
            while (said >= 0 && said < last) {
                said = in.read();
            }
            final long untilNs = System.nanoTime() + delayNs;
            while (System.nanoTime() - untilNs < 0) {
                LockSupport.parkNanos(untilNs - System.nanoTime());
            }
            process.toHandle().destroyForcibly();
            for (int hour = in.read(); hour >= 0; hour = in.read()) {
                said = hour;
            }
        } finally {
            process.destroyForcibly();
        }
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as("killed, or just done").isIn(KILLED, 0);
        return said;
    }

    /** Journal and archives together hold all; nothing else that the journal said is gone; what stands in archives is whole. */
    private static void check(
            final RetainedNode node, final Path archives, final Map<String, Integer> written, final String before)
            throws Exception {
        final ReadReport left = node.read();
        assertThat(left.isClean()).as("%s", left).isTrue();
        assertThat(RetainedNode.conclusions(left)).isEqualTo(before);
        if (!Files.isDirectory(archives)) {
            assertThat(node.usage()).isEqualTo(written);
            return;
        }
        final Map<String, Integer> found = new TreeMap<>();
        final ReadReport all = new JournalReader(List.of(node.journal, archives)).read(RetainedNode.into(found));
        assertThat(found).isEqualTo(written);
        assertThat(all.isClean()).as("%s", all).isTrue();
        assertThat(all.deletions()).isEmpty();
        for (int hour = 1; hour <= RetainChild.committed(new Readers(node.journal)); hour++) {
            checkSums(archives.resolve(Integer.toString(hour)));
        }
    }

    private static void checkSums(final Path folder) throws Exception {
        final List<String> sums = Files.readAllLines(folder.resolve("SHA256SUMS"));
        assertThat(sums).isNotEmpty();
        for (final String line : sums) {
            final String[] words = line.split("  ", 2);
            final byte[] bytes = Files.readAllBytes(folder.resolve(words[1]));
            final byte[] sha256 = MessageDigest.getInstance("SHA-256").digest(bytes);
            assertThat(HexFormat.of().formatHex(sha256)).isEqualTo(words[0]);
        }
        assertThat(Position.read(folder.resolve("position")).records()).isEqualTo(RECORDS);
    }
}
