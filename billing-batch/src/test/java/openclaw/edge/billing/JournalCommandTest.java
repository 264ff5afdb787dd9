package openclaw.edge.billing;

import static openclaw.edge.billing.Node.ns;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.RandomAccessFile;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import openclaw.edge.ledger.read.JournalReader;
import openclaw.edge.ledger.record.Outcome;
import openclaw.edge.ledger.record.Phase;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.yaml.snakeyaml.Yaml;

/** {@code journal stat}, {@code cat} and {@code verify} over journals that the real ledger wrote. */
class JournalCommandTest {
    private static final long NOVEMBER = ns("2026-11-10T12:00:00Z");
    private static final long HOUR_NS = 3_600_000_000_000L;
    private static final String ODD = "o\u001b[2J\"\\\n\u202e\u0000\u00e9";

    @TempDir
    Path dir;

    private Path journal;
    private String life;

    /** Two files: three records of two lanes in each. */
    @BeforeEach
    void writeJournal() {
        AtomicLong clock = new AtomicLong(NOVEMBER);
        try (Node node = new Node(dir.resolve("data"), "edge-a", 2, clock::get)) {
            journal = node.journal();
            life = node.life();
            node.request(0, "t", NOVEMBER, 3);
            node.request(1, "t", NOVEMBER + 1, 4);
            node.end(0, node.open(0, ODD, NOVEMBER + 2, 10, Phase.SENT), Outcome.TIMEOUT, 504, false);
            clock.addAndGet(HOUR_NS);
            node.request(0, "t", NOVEMBER + HOUR_NS, 5);
            node.request(0, ODD, NOVEMBER + HOUR_NS + 1, 6);
            node.request(1, "u", NOVEMBER + HOUR_NS + 2, 7);
        }
    }

    private static Run journal(Object... args) {
        List<String> all = new ArrayList<>(List.of("journal"));
        for (Object arg : args) {
            all.add(arg.toString());
        }
        return Run.of(all.toArray(String[]::new));
    }

    /** JSON is a subset of YAML, whose reader is at hand. */
    private static List<Map<String, Object>> json(Run run) {
        assertThat(run.exitCode()).as(run.err()).isIn(0, 3);
        List<Map<String, Object>> objects = new ArrayList<>();
        run.out().lines().forEach(line -> objects.add(new Yaml().load(line)));
        return objects;
    }

    private static List<Map<String, Object>> ofType(String type, List<Map<String, Object>> objects) {
        return objects.stream()
                .filter(object -> object.get("type").equals(type))
                .toList();
    }

    private List<Path> files() throws IOException {
        return JournalReader.files(List.of(journal));
    }

    @Test
    void shouldSumUpLanesLivesAndFiles() throws IOException {
        List<Map<String, Object>> objects = json(journal("stat", "--format", "json", journal));
        List<Map<String, Object>> lanes = ofType("lane", objects);
        assertThat(lanes).hasSize(2);
        assertThat(lanes.get(0))
                .containsEntry("node", "edge-a")
                .containsEntry("life", life)
                .containsEntry("lane", 0)
                .containsEntry("first_sequence", 1)
                .containsEntry("last_sequence", 4)
                .containsEntry("records", 4)
                .containsEntry("requests", 4)
                .containsEntry("exempt_requests", 1)
                .containsEntry("tokens", 14)
                .containsEntry("gaps", 0);
        assertThat(lanes.get(0).get("outcomes")).asString().contains("COMPLETE=3", "TIMEOUT=1", "IN_DOUBT=0");
        assertThat(ofType("life", objects))
                .singleElement()
                .satisfies(
                        one -> assertThat(one).containsEntry("state", "closed").containsEntry("previous", null));
        assertThat(ofType("file", objects))
                .extracting(file -> file.get("file") + " " + file.get("records"))
                .containsExactly(files().get(0) + " 3", files().get(1) + " 3");
        assertThat(ofType("total", objects))
                .singleElement()
                .satisfies(
                        total -> assertThat(total).containsEntry("records", 6).containsEntry("tokens", 25));
    }

    @Test
    void shouldSumUpAsATable() {
        Run run = journal("stat", "--format", "table", "--journal", journal, "--tenant", "t");
        assertThat(run.exitCode()).isZero();
        assertThat(run.out().lines().map(line -> line.replaceAll(" +", " ")))
                .contains(
                        "NODE LIFE LANE FIRST LAST RECORDS TOKENS COMPLETE ABORT FAILED TIMEOUT SHUTDOWN DOUBT INTERIM"
                                + " GAPS MISSING FROM TO",
                        "edge-a " + life.substring(0, 8) + " 0 1 3 2 8 2 0 0 0 0 0 0 0 0"
                                + " 2026-11-10T12:00:00.000000000Z 2026-11-10T13:00:00.000000000Z",
                        "3 records, 3 requests (0 exempt), 12 tokens; 0 duplicates, 0 gaps, 0 conflicts, 0 damages");
    }

    @Test
    void shouldPrintEveryRecordWithAllFields() throws IOException {
        List<Map<String, Object>> records = json(journal("cat", "--format", "json", journal));
        assertThat(records).hasSize(6).extracting(one -> one.get("tenant")).containsOnly("t", "u", ODD);
        Map<String, Object> first = records.get(0);
        assertThat(first)
                .containsEntry("type", "usage")
                .containsEntry("node", "edge-a")
                .containsEntry("life", life)
                .containsEntry("lane", 0)
                .containsEntry("sequence", 1)
                .containsEntry("final", true)
                .containsEntry("outcome", "COMPLETE")
                .containsEntry("status", 200)
                .containsEntry("phase", "STREAMING")
                .containsEntry("exempt", false)
                .containsEntry("requests", 1)
                .containsEntry("admitted_tokens", 3)
                .containsEntry("charged_tokens", 3)
                .containsEntry("latency_ns", 5)
                .containsEntry("request_id_hash", "000000000000004d")
                .containsEntry("agent", null)
                .containsEntry("file", files().get(0).toString())
                .containsKeys("position", "crc", "exchange", "route", "model", "bytes_in", "bytes_out");
        assertThat(journal("cat", "--format", "json", journal).out())
                .contains("\"admitted\":\"2026-11-10T12:00:00.000000001Z\"");
    }

    @Test
    void shouldLetNoNameReachATerminalAsItIs() {
        for (String format : List.of("json", "table")) {
            Run run = journal("cat", "--control", "--format", format, journal);
            assertThat(run.out())
                    .contains("\\u001b[2J", "\\u202e", "\\u0000", "\u00e9")
                    .doesNotContain("\u001b", "\u202e");
            assertThat(run.out().chars().filter(c -> c < ' ' && c != '\n')).isEmpty();
        }
    }

    @Test
    void shouldFilter() {
        assertThat(json(journal("cat", "--tenant", "t", "--tenant", "u", "--format", "json", journal)))
                .hasSize(4);
        assertThat(json(journal("cat", "--tenant", ODD, "--outcome", "TIMEOUT", "--format", "json", journal)))
                .singleElement()
                .satisfies(one -> assertThat(one).containsEntry("sequence", 2));
        assertThat(json(journal("cat", "--outcome", "timeout,in-doubt", "--format", "json", journal)))
                .hasSize(1);
        assertThat(json(journal("cat", "--from", "2026-11-10T13:00:00Z", "--format", "json", journal)))
                .hasSize(3);
        assertThat(json(journal("cat", "--to", "2026-11-10T14:00:00.000000001+01:00", "--format", "json", journal)))
                .hasSize(4);
        assertThat(json(journal("cat", "--from", "2026-11", "--to", "2026-11-10", "--format", "json", journal)))
                .isEmpty();
        assertThat(json(journal("cat", "--agent", "nobody", "--format", "json", journal)))
                .isEmpty();
    }

    @Test
    void shouldPrintControlRecords() {
        List<Map<String, Object>> records = json(journal("cat", "--control", "--format", "json", journal));
        assertThat(ofType("open", records))
                .singleElement()
                .satisfies(open -> assertThat(open)
                        .containsEntry("node", "edge-a")
                        .containsEntry("lanes", 2)
                        .containsEntry("previous", null));
        assertThat(ofType("close", records))
                .singleElement()
                .satisfies(close ->
                        assertThat(close).containsEntry("recovered", false).containsEntry("sequences", List.of(4, 2)));
        assertThat(ofType("tick", records)).isNotEmpty();
        assertThat(ofType("name", records)).extracting(name -> name.get("name")).contains("t", "u", ODD);
    }

    @Test
    void shouldEndWithoutAWordWhenNobodyReadsOn() {
        PrintWriter closed = new PrintWriter(
                new OutputStream() {
                    @Override
                    public void write(int b) throws IOException {
                        throw new IOException("Broken pipe");
                    }
                },
                false,
                StandardCharsets.UTF_8);
        for (String command : List.of("cat", "stat", "tail")) {
            StringWriter err = new StringWriter();
            int exitCode = BillingMain.run(closed, new PrintWriter(err, true), "journal", command, journal.toString());
            assertThat(exitCode).as(command).isZero();
            assertThat(err.toString()).as(command).isEmpty();
        }
    }

    @Test
    void shouldFindAWholeJournalComplete() {
        Run run = journal("verify", "--format", "table", journal, Node.copy(journal, dir.resolve("copy")));
        assertThat(run.out()).isEqualTo("complete: 6 records, 6 duplicates, 1 lives, 4 files\n");
        assertThat(run.exitCode()).isZero();
        assertThat(json(journal("verify", "--format", "json", journal)))
                .singleElement()
                .satisfies(summary -> assertThat(summary)
                        .containsEntry("type", "summary")
                        .containsEntry("complete", true)
                        .containsEntry("records", 6));
    }

    @Test
    void shouldNameAGapByTheRecordsBesideIt() throws IOException {
        Path second = files().get(1);
        Files.delete(files().get(0));
        Run run = journal("verify", "--format", "table", journal);
        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(run.out())
                .contains("gap: life " + life, ", lane 0: 2 records are not there, 1-2, before " + second + " at ")
                .contains("\nnot complete: gaps 2, ");
        List<Map<String, Object>> gaps = ofType("gap", json(journal("verify", "--format", "json", journal)));
        assertThat(gaps).hasSize(2);
        assertThat(gaps.get(0))
                .containsEntry("from", 1)
                .containsEntry("to", 2)
                .containsEntry("behind_file", second.toString())
                .containsKey("behind_position")
                .doesNotContainKey("before_file");
    }

    @Test
    void shouldNameDamageByFileAndPosition() throws IOException {
        Path file = files().get(0);
        Map<String, Object> torn =
                json(journal("cat", "--format", "json", journal)).get(1);
        int position = (int) torn.get("position");
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
            bytes.seek(position + 100);
            bytes.write(0x5A);
        }
        Run run = journal("verify", "--format", "table", journal);
        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(run.out()).contains("damage: " + file + " at " + position, "gap: life " + life);
        assertThat(ofType("damage", json(journal("verify", "--format", "json", journal))))
                .singleElement()
                .satisfies(damage -> assertThat(damage)
                        .containsEntry("file", file.toString())
                        .containsEntry("position", position)
                        .containsEntry("covered_by", null));
    }

    @Test
    void shouldNameALifeThatIsNotThere() throws IOException {
        try (Node node = new Node(dir.resolve("data"), "edge-a", 1, () -> NOVEMBER + 2 * HOUR_NS)) {
            node.request("t", NOVEMBER + 2 * HOUR_NS);
        }
        Run run = journal("verify", "--format", "table", dir.resolve("data"));
        assertThat(run.exitCode()).as(run.out()).isZero();
        assertThat(run.out()).contains("2 lives, 3 files");
        Run alone = journal("verify", "--format", "table", files().get(2));
        assertThat(alone.exitCode()).isEqualTo(3);
        assertThat(alone.out()).contains("missing life: " + life + " of edge-a, which was there before life ");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "stat --outcome LOST | 'LOST': expected COMPLETE, CLIENT_ABORT,",
                "stat --from yesterday | 'yesterday': expected a time like 2026-11-10T12:00:00Z, a day like",
                "cat --from 2026-12 --to 2026-11 | --to 2026-11-01T00:00:00.000000000Z is not after --from 2026-12-01T",
                "tail -n -1 | --lines -1: expected 0 to 1000000",
                "stat --threads -1 | --threads -1: expected 1 to 1024",
                "cat --format xml | xml",
                "generate --records 0 --cycle 2026-11 --out x | records=0: expected 1 to 10000000000",
                "generate --records 1 --cycle 2026-13 --out x | cycle '2026-13': expected year and month like 2026-11",
                "frobnicate | frobnicate"
            })
    void shouldRefuseWhatItDoesNotUnderstand(String command, String message) {
        Run run = journal((Object[]) command.split(" ", -1));
        assertThat(run.exitCode()).as(run.err()).isEqualTo(2);
        assertThat(run.err()).contains(message);
    }

    @Test
    void shouldSayWhichCommandsThereAre() {
        Run run = journal();
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err())
                .contains("a command is missing; there are: stat, cat, verify, tail, archive, readers, register");
    }

    @ParameterizedTest
    @CsvSource({"stat", "cat", "verify", "tail"})
    void shouldSayThatThereIsNoJournal(String command) throws IOException {
        Run absent = journal(command, dir.resolve("nowhere"));
        assertThat(absent.exitCode()).isEqualTo(1);
        assertThat(absent.err())
                .contains(dir.resolve("nowhere") + ": no such journal; expected <data>/journal of a node");
        if (!command.equals("tail")) {
            Run empty = journal(command, Files.createDirectory(dir.resolve("empty")));
            assertThat(empty.exitCode()).isEqualTo(1);
            assertThat(empty.err()).contains("empty: no journal files (*.cq4) there");
        }
    }
}
