package openclaw.edge.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import openclaw.edge.ledger.lane.Lane;
import openclaw.edge.ledger.lane.LedgerCounter;
import openclaw.edge.ledger.read.JournalReader;
import openclaw.edge.ledger.read.ReadReport;
import openclaw.edge.ledger.record.Life;
import openclaw.edge.ledger.record.Outcome;
import openclaw.edge.ledger.record.Phase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Data directories as kills leave them: taken from under a ledger, and opened by another. */
class RecoveryTest {
    private static final int LANES_OF_THE_LIFE = 68;

    @TempDir
    Path directory;

    private final ManualClock clock = new ManualClock();
    private final LedgerConfig config = LedgerConfig.of("edge-a").withSlots(64).withClock(clock);
    private int copies;

    /** The directory as the ledger leaves it when it is killed now. It must not be used any more. */
    private Path kill(final Path data) throws IOException {
        final Path killed = directory.resolve("killed-" + copies++);
        copyTree(data.resolve("lanes"), killed.resolve("lanes"));
        if (Files.exists(Ledger.journalDirectory(data))) {
            Files.move(Ledger.journalDirectory(data), Ledger.journalDirectory(killed));
        }
        return killed;
    }

    private static void copyTree(final Path from, final Path to) throws IOException {
        try (var paths = Files.walk(from)) {
            for (final Path path : (Iterable<Path>) paths::iterator) {
                final Path target = to.resolve(from.relativize(path).toString());
                if (Files.isDirectory(path)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(path, target);
                }
            }
        }
    }

    private ReadReport read(final Path data, final Map<String, Outcome> seen) throws IOException {
        return new JournalReader(List.of(Ledger.journalDirectory(data)))
                .read(record -> seen.put(record.lane() + ":" + record.sequence(), record.outcome()));
    }

    @Test
    void shouldBringInWhatTheLanesHoldAndDoubtWhatIsOpen() throws IOException {
        final Path data = directory.resolve("data");
        final Ledger ledger = Ledger.open(data, config, 2);
        final Lane lane = ledger.lane(0);
        Exchanges.whole(lane, clock.nanoTime());
        ledger.agent().doWork();
        Exchanges.whole(lane, clock.nanoTime());
        final int sent = Exchanges.admit(lane, clock.nanoTime(), Exchanges.bytes("a"), 10, false);
        lane.phase(sent, Phase.SENT);
        final int streaming = Exchanges.admit(ledger.lane(1), clock.nanoTime(), Exchanges.bytes("b"), 20, false);
        ledger.lane(1).phase(streaming, Phase.STREAMING);
        ledger.lane(1).progress(streaming, 5, 600);
        final byte[] tenant = Exchanges.bytes("c");
        lane.loss(tenant, 0, 1, 7, clock.nanoTime());

        final Path killed = kill(data);
        try (Ledger next = Ledger.open(killed, config, 1)) {
            next.agent().doWork();
            assertThat(next.counters().get(LedgerCounter.LIVES_RECOVERED)).isOne();
            assertThat(next.counters().get(LedgerCounter.RECORDS_RECOVERED)).isOne();
            assertThat(next.counters().get(LedgerCounter.RECORDS_IN_DOUBT)).isEqualTo(2);
            assertThat(next.counters().get(LedgerCounter.LANE_DAMAGE)).isZero();
        }
        final List<String> seen = new ArrayList<>();
        final JournalReader reader = new JournalReader(List.of(Ledger.journalDirectory(killed)));
        final ReadReport report = reader.read(record -> seen.add(record.lane() + ":" + record.sequence() + " "
                + reader.names().text(record.tenantId()) + " " + record.outcome() + " " + record.phase() + " "
                + record.admittedTokens() + " " + record.chargedTokens() + " " + record.isExempt() + " "
                + record.bytesOut()));
        assertThat(seen)
                .containsExactly(
                        "0:1 tenant-abc123 COMPLETE STREAMING 1 1 false 512",
                        "0:2 tenant-abc123 COMPLETE STREAMING 1 1 false 512",
                        "0:3 a IN_DOUBT SENT 10 0 true 0",
                        "1:1 b IN_DOUBT STREAMING 20 20 false 600");
        assertThat(report.isClean()).as("%s", report).isTrue();
        assertThat(report.duplicates()).isZero();
        assertThat(report.losses()).singleElement().satisfies(loss -> {
            assertThat(loss.life()).isEqualTo(ledger.life());
            assertThat(reader.names().text(loss.tenantId())).isEqualTo("c");
            assertThat(loss.tokens()).isEqualTo(7);
        });
        assertThat(report.lives())
                .filteredOn(life -> life.life().equals(ledger.life()))
                .singleElement()
                .satisfies(life -> assertThat(life.recovered()).isTrue());
    }

    private Path killedWithOneOnEachLane(final List<String> all) throws IOException {
        final Path data = directory.resolve("data");
        final Ledger ledger = Ledger.open(data, config, 2);
        Exchanges.whole(ledger.lane(0), clock.nanoTime());
        Exchanges.whole(ledger.lane(1), clock.nanoTime());
        ledger.agent().doWork();
        Exchanges.whole(ledger.lane(1), clock.nanoTime());
        Exchanges.admit(ledger.lane(1), clock.nanoTime(), Exchanges.bytes("b"), 20, false);
        Exchanges.whole(ledger.lane(0), clock.nanoTime());
        all.addAll(List.of("0:1 COMPLETE", "1:1 COMPLETE", "1:2 COMPLETE", "1:3 IN_DOUBT"));
        return kill(data);
    }

    private static Path lane(final Path data, final int lane) throws IOException {
        try (var paths = Files.walk(data.resolve("lanes"))) {
            return paths.filter(path -> path.endsWith("lane-" + lane + ".dat"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    /** What a lost lane held is lost; what the others hold is not, and nothing claims that the life is whole. */
    @Test
    void shouldRecoverTheLanesThatAreLeftWhereOneIsMissingOrEmpty() throws IOException {
        for (final boolean isEmpty : new boolean[] {false, true}) {
            final List<String> expected = new ArrayList<>();
            final Path killed = killedWithOneOnEachLane(expected);
            if (isEmpty) {
                Files.write(lane(killed, 0), new byte[0]);
            } else {
                Files.delete(lane(killed, 0));
            }
            try (Ledger next = Ledger.open(killed, config, 1)) {
                next.agent().doWork();
                assertThat(next.counters().get(LedgerCounter.LANE_DAMAGE)).isOne();
                assertThat(next.counters().get(LedgerCounter.LANES_LOST)).isOne();
                assertThat(next.counters().get(LedgerCounter.RECORDS_RECOVERED)).isOne();
                assertThat(next.counters().get(LedgerCounter.RECORDS_IN_DOUBT)).isOne();
            }
            final Map<String, Outcome> seen = new TreeMap<>();
            final ReadReport report = read(killed, seen);
            assertThat(seen.entrySet().stream().map(each -> each.getKey() + " " + each.getValue()))
                    .as("empty: %s", isEmpty)
                    .containsExactlyElementsOf(expected);
            assertThat(report.lives()).filteredOn(life -> !life.closed()).hasSize(1);
            deleteTree(directory.resolve("data"));
            deleteTree(killed);
        }
    }

    private Path killedWithOneLane(final boolean isJournaled) throws IOException {
        final Path data = directory.resolve("data");
        final Ledger ledger = Ledger.open(data, config, 1);
        if (isJournaled) {
            ledger.agent().doWork();
        }
        Exchanges.whole(ledger.lane(0), clock.nanoTime());
        Exchanges.admit(ledger.lane(0), clock.nanoTime());
        return kill(data);
    }

    /** What is done to the lanes of a dead life. */
    private interface Vandal {
        void visit(Path lanes) throws IOException;
    }

    @Test
    void shouldTellOfALifeOfWhoseLanesNothingIsLeft() throws IOException {
        final Map<String, Vandal> vandals = new TreeMap<>();
        vandals.put("all removed", RecoveryTest::deleteTree);
        vandals.put("lane removed", lanes -> Files.delete(lane(lanes.getParent(), 0)));
        vandals.put("lane emptied", lanes -> Files.write(lane(lanes.getParent(), 0), new byte[0]));
        vandals.put("header zeroed", lanes -> {
            final Path lane = lane(lanes.getParent(), 0);
            final byte[] bytes = Files.readAllBytes(lane);
            Arrays.fill(bytes, 0, 4096, (byte) 0);
            Files.write(lane, bytes);
        });
        for (final Map.Entry<String, Vandal> vandal : vandals.entrySet()) {
            final String which = vandal.getKey();
            final Path killed = killedWithOneLane(true);
            vandal.getValue().visit(killed.resolve("lanes"));
            final Life next;
            try (Ledger ledger = Ledger.open(killed, config, 2)) {
                next = ledger.life();
                ledger.agent().doWork();
                assertThat(ledger.counters().get(LedgerCounter.LANES_LOST))
                        .as(which)
                        .isOne();
            }
            // Told once.
            try (Ledger ledger = Ledger.open(killed, config, 1)) {
                assertThat(ledger.counters().get(LedgerCounter.LANES_LOST))
                        .as(which)
                        .isZero();
            }
            final List<ReadReport.LifeSummary> lives =
                    read(killed, new TreeMap<>()).lives();
            final ReadReport.LifeSummary lost =
                    lives.stream().filter(life -> !life.closed()).findFirst().orElseThrow();
            assertThat(lives).filteredOn(life -> !life.closed()).as(which).hasSize(1);
            assertThat(lives)
                    .filteredOn(life -> life.life().equals(next))
                    .singleElement()
                    .satisfies(life -> assertThat(life.previous()).as(which).isEqualTo(lost.life()));
            if (which.equals("header zeroed")) {
                assertThat(killed.resolve("lanes").resolve(lost.life() + ".lost"))
                        .as("kept for whoever looks for the cause")
                        .isDirectory();
            }
            deleteTree(directory.resolve("data"));
            deleteTree(killed);
        }
    }

    /** Its journal says that it ended, so nothing was lost with its lanes. */
    @Test
    void shouldSayNothingOfTheLanesOfALifeThatEnded() throws IOException {
        final Path data = directory.resolve("data");
        try (Ledger ledger = Ledger.open(data, config, 1)) {
            Exchanges.whole(ledger.lane(0), clock.nanoTime());
            ledger.agent().doWork();
        }
        deleteTree(data.resolve("lanes"));
        try (Ledger next = Ledger.open(data, config, 1)) {
            next.agent().doWork();
            assertThat(next.counters().get(LedgerCounter.LANES_LOST)).isZero();
        }
        assertThat(read(data, new TreeMap<>()).lives()).hasSize(2).allMatch(ReadReport.LifeSummary::closed);
    }

    /** It served before its journal could be opened, so only the lanes that are left tell that one is missing. */
    @Test
    void shouldRecoverTheLanesThatAreLeftOfALifeThatNeverGotToItsJournal() throws IOException {
        final Path data = directory.resolve("data");
        final Ledger ledger = Ledger.open(data, config, 2);
        Exchanges.whole(ledger.lane(1), clock.nanoTime());
        final Path killed = kill(data);
        Files.delete(lane(killed, 0));
        try (Ledger next = Ledger.open(killed, config, 1)) {
            next.agent().doWork();
            assertThat(next.counters().get(LedgerCounter.LANES_LOST)).isOne();
            assertThat(next.counters().get(LedgerCounter.RECORDS_RECOVERED)).isOne();
        }
    }

    @Test
    void shouldSayOfALaneThatCannotBeReadWhatIsLostByMovingItAway() throws IOException {
        final Path killed = killedWithOneLane(true);
        final Path lane = lane(killed, 0);
        final byte[] whole = Files.readAllBytes(lane);
        Files.write(lane, Arrays.copyOf(whole, 4096));
        assertThatThrownBy(() -> Ledger.open(killed, config, 1))
                .hasMessageStartingWith(lane + ": 4096 bytes, expected " + whole.length)
                .hasMessageContaining("the file was cut")
                .hasMessageContaining("move the file away")
                .hasMessageContaining("what this one held and the journal does not is lost");
        final byte[] noise = new byte[whole.length];
        Arrays.fill(noise, (byte) 0x5A);
        Files.write(lane, noise);
        assertThatThrownBy(() -> Ledger.open(killed, config, 1))
                .hasMessageStartingWith(lane + ": begins with 0x5a5a5a5a5a5a5a5a, expected 0x")
                .hasMessageContaining("the file was overwritten")
                .hasMessageNotContaining("release")
                .hasMessageContaining("move the file away");
        final byte[] header = whole.clone();
        header[LANES_OF_THE_LIFE] = 0;
        Files.write(lane, header);
        assertThatThrownBy(() -> Ledger.open(killed, config, 1))
                .hasMessageStartingWith(lane + ": lane=0 of lanes=0")
                .hasMessageContaining("move the file away");
        // As told.
        Files.move(lane, directory.resolve("away"));
        try (Ledger next = Ledger.open(killed, config, 1)) {
            assertThat(next.counters().get(LedgerCounter.LANES_LOST)).isOne();
        }
    }

    /** Its records are in the queue, and its lanes were being removed when the process was killed. */
    @Test
    void shouldFinishTheRemovalOfLanesThatWereRecovered() throws IOException {
        final Path data = directory.resolve("data");
        final Ledger ledger = Ledger.open(data, config, 2);
        Exchanges.whole(ledger.lane(1), clock.nanoTime());
        ledger.agent().doWork();
        ledger.close();
        final Path recovered = directory.resolve("recovered");
        copyTree(data, recovered);
        Files.delete(lane(recovered, 0));

        try (Ledger next = Ledger.open(recovered, config, 1)) {
            next.agent().doWork();
            assertThat(next.counters().get(LedgerCounter.LANE_DAMAGE)).isZero();
        }
        assertThat(read(recovered, new TreeMap<>()).lives()).allMatch(ReadReport.LifeSummary::closed);
    }

    private static void deleteTree(final Path root) throws IOException {
        try (var paths = Files.walk(root)) {
            for (final Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    @Test
    void shouldAppendAllThatLanesHoldWhenTheQueueWasLost() throws IOException {
        final Path data = directory.resolve("data");
        final Ledger ledger = Ledger.open(data, config, 1);
        for (int i = 0; i < 5; i++) {
            Exchanges.whole(ledger.lane(0), clock.nanoTime());
        }
        ledger.agent().doWork();
        final Path killed = kill(data);
        deleteTree(Ledger.journalDirectory(killed));
        Ledger.open(killed, config, 1).close();
        final ReadReport report = read(killed, new TreeMap<>());
        assertThat(report.isClean()).as("%s", report).isTrue();
        assertThat(report.usageRecords()).isEqualTo(5);
    }

    @Test
    void shouldRecoverALifeThatNeverGotToItsJournal() throws IOException {
        final Path data = directory.resolve("data");
        final Ledger ledger = Ledger.open(data, config, 1);
        Exchanges.whole(ledger.lane(0), clock.nanoTime());
        final Path killed = kill(data);
        final Ledger second = Ledger.open(killed, config, 1);
        Exchanges.whole(second.lane(0), clock.nanoTime());
        final Path again = kill(killed);
        Ledger.open(again, config, 1).close();
        final ReadReport report = read(again, new TreeMap<>());
        assertThat(report.isClean()).as("%s", report).isTrue();
        assertThat(report.usageRecords()).isEqualTo(2);
        assertThat(report.lives()).hasSize(3).allSatisfy(life -> {
            assertThat(life.opened()).isTrue();
            assertThat(life.closed()).isTrue();
        });
        assertThat(report.lives())
                .filteredOn(life -> life.life().equals(second.life()))
                .singleElement()
                .satisfies(life -> assertThat(life.previous()).isEqualTo(ledger.life()));
    }

    @Test
    void shouldIgnoreALifeThatWasKilledWhileItMadeItsLanes() throws IOException {
        final Path data = directory.resolve("data");
        Ledger.open(data, config, 2).close();
        try (var lives = Files.list(data.resolve("lanes"))) {
            final Path life = lives.findFirst().orElseThrow();
            final Path half = Files.createDirectory(life.resolveSibling("ffffffffffffffffffffffffffffffff"));
            Files.copy(life.resolve("lane-0.dat"), half.resolve("lane-0.dat"));
            Files.write(half.resolve("lane-1.dat"), new byte[5000]);
            Files.createDirectory(life.resolveSibling("eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee"));
        }
        Ledger.open(data, config, 1).close();
        try (var lives = Files.list(data.resolve("lanes"))) {
            assertThat(lives).hasSize(1);
        }
        assertThat(read(data, new TreeMap<>()).lives()).hasSize(2);
    }

    @Test
    void shouldNameALaneOfAnotherLayout() throws IOException {
        final Path data = directory.resolve("data");
        Ledger.open(data, config, 1).close();
        try (var lives = Files.list(data.resolve("lanes"))) {
            final Path lane = lives.findFirst().orElseThrow().resolve("lane-0.dat");
            final byte[] bytes = Files.readAllBytes(lane);
            bytes[8] = 9;
            Files.write(lane, bytes);
        }
        assertThatThrownBy(() -> Ledger.open(data, config, 1))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("lane-0.dat")
                .hasMessageContaining("version=9");
        // Refused, not half taken.
        assertThatThrownBy(() -> Ledger.open(data, config, 1)).hasMessageContaining("version=9");
    }
}
