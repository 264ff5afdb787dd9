package openclaw.edge.billing;

import static openclaw.edge.billing.Node.ns;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import openclaw.edge.catalog.Sha256;
import openclaw.edge.ledger.retain.RetentionPolicy;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code finalize} seals archives and commits billing's reader, so that the journals' files may go. */
class FinalizeArchivesTest {
    private static final RetentionPolicy EVERYTHING = new RetentionPolicy(Long.MAX_VALUE, 0);
    private static final String CATALOG = """
            plans:
              pro: {subscription_fee: 49.00, monthly_quota: 5, overage_rate: 0.5}
            tenants:
              - {id: acme, plan: pro}
              - {id: bolt, plan: pro}
            """;
    private static final long SEPTEMBER = ns("2026-09-10T12:00:00Z");
    private static final long OCTOBER = ns("2026-10-01T01:00:00Z");
    private static final long NOVEMBER = ns("2026-11-01T01:00:00Z");

    @TempDir
    Path dir;

    private final AtomicLong clock = new AtomicLong(SEPTEMBER);
    private Path catalog;
    private Path out;
    private Path archives;
    private Node a;
    private Node b;

    @BeforeEach
    void september() throws IOException {
        catalog = Files.writeString(dir.resolve("billing.yaml"), CATALOG);
        out = dir.resolve("invoices");
        archives = out.resolve("archives");
        a = new Node(dir.resolve("a"), "edge-a", 2, clock::get);
        b = new Node(dir.resolve("b"), "edge-b", 1, clock::get);
        a.request(0, "acme", SEPTEMBER, 4);
        a.request(1, "acme", SEPTEMBER + 1, 3);
        a.request(0, "bolt", SEPTEMBER + 2, 2);
        b.request(0, "acme", SEPTEMBER + 3, 1);
    }

    @AfterEach
    void close() {
        a.close();
        b.close();
    }

    private void october() {
        at(OCTOBER);
        a.request(0, "acme", OCTOBER, 6);
        b.request(0, "bolt", OCTOBER, 1);
    }

    private void at(long ns) {
        clock.set(ns);
        a.drain();
        b.drain();
    }

    private void register() {
        for (Node node : List.of(a, b)) {
            assertThat(Run.of("journal", "register", "billing", node.journal().toString())
                            .exitCode())
                    .isZero();
        }
    }

    private Run run(String command, String cycle, List<Path> journals, String... more) {
        List<String> args = new ArrayList<>(List.of(command, "--catalog", catalog.toString(), "--cycle", cycle));
        args.addAll(List.of(
                "--out", out.toString(), "--store", dir.resolve("billing.db").toString()));
        journals.forEach(journal -> args.addAll(List.of("--journal", journal.toString())));
        args.addAll(List.of(more));
        return Run.of(args.toArray(String[]::new));
    }

    private Run done(String cycle, Path... more) {
        List<Path> journals = new ArrayList<>(List.of(a.journal(), b.journal()));
        journals.addAll(List.of(more));
        Run run = run("finalize", cycle, journals, "--issue-date", "2026-11-02");
        assertThat(run.exitCode()).as(run.err()).isZero();
        return run;
    }

    private Run explain(String invoice, String line, Path journal) {
        return Run.of(
                "explain",
                invoice,
                line,
                "--json",
                "--store",
                dir.resolve("billing.db").toString(),
                "--journal",
                journal.toString());
    }

    private Map<Path, FileTime> times(Path folder) throws IOException {
        Map<Path, FileTime> times = new TreeMap<>();
        try (Stream<Path> paths = Files.walk(folder)) {
            for (Path path : paths.filter(Files::isRegularFile).toList()) {
                times.put(path, Files.getLastModifiedTime(path));
            }
        }
        return times;
    }

    /** An archive as the manifest should name it. */
    private String named(String cycle, String tenant, long records) throws IOException {
        byte[] bytes = Files.readAllBytes(archives.resolve(cycle).resolve(tenant + ".archive"));
        return "{\"bytes\":" + bytes.length + ",\"file\":\"" + tenant + ".archive\",\"records\":" + records
                + ",\"sha256\":\"" + Sha256.hex(bytes) + "\",\"tenant_id\":\"" + tenant + "\"}";
    }

    private void deleted(Node node, int records) {
        node.retain(EVERYTHING);
        assertThat(Run.of("journal", "verify", node.journal().toString()).out())
                .contains("\"deleted_records\":" + records);
    }

    @Test
    void shouldGoOnForMonthsWhileWhatWasFinalizedIsDeleted() throws IOException {
        register();
        october();
        Run september = done("2026-09");
        assertThat(september.err())
                .contains("reader 'billing' of " + a.journal() + " has committed 4 more records")
                .contains("reader 'billing' of " + b.journal() + " has committed 4 more records");
        String manifest = Files.readString(out.resolve("2026-09/manifest.json"));
        assertThat(manifest)
                .contains("\"archives\":[" + named("2026-09", "acme", 3) + "," + named("2026-09", "bolt", 1) + "]");
        deleted(a, 3);
        deleted(b, 1);

        SortedMap<String, String> before = Run.files(out);
        Run without = run("finalize", "2026-09", List.of(a.journal(), b.journal()));
        assertThat(without.exitCode()).isOne();
        assertThat(without.err())
                .contains("were deleted after they had been committed", archives.resolve("2026-09") + " holds");
        List<String> accepted = new ArrayList<>(List.of("--reason", "never mind"));
        without.err()
                .lines()
                .filter(line -> line.startsWith("  "))
                .forEach(line ->
                        accepted.addAll(List.of("--accept-missing", line.strip().split(" ", 2)[0])));
        Run worse = run("finalize", "2026-09", List.of(a.journal(), b.journal()), accepted.toArray(String[]::new));
        assertThat(worse.exitCode()).isOne();
        assertThat(worse.err())
                .contains(archives.resolve("2026-09") + " holds 4 records of the cycle that the journals");
        assertThat(Run.files(out)).isEqualTo(before);

        at(NOVEMBER);
        done("2026-10");
        assertThat(Files.readString(out.resolve("2026-10/manifest.json")))
                .contains("\"complete\":true", named("2026-10", "acme", 1));
        assertThat(Files.readString(out.resolve("2026-10/acme.json"))).contains("\"total\":\"49.50\"");
        deleted(a, 4);
        deleted(b, 2);

        clock.set(SEPTEMBER);
        Path late;
        String lateLife;
        try (Node c = new Node(dir.resolve("c"), "edge-c", 1, clock::get)) {
            late = c.journal();
            lateLife = c.life();
            c.request(0, "acme", SEPTEMBER + 4, 10);
        }
        clock.set(NOVEMBER);
        assertThat(run("finalize", "2026-09", List.of(a.journal(), b.journal(), late, archives.resolve("2026-10")))
                        .err())
                .contains("were deleted after they had been committed");
        Run correction = done("2026-09", late, archives.resolve("2026-09"));
        // 8 + 10 tokens: 13 beyond the quota, of which 3 were invoiced.
        assertThat(correction.out()).contains("2 invoices, 1 corrections, 0 credit notes, total 104.50 USD");
        assertThat(Files.readString(out.resolve("2026-09/correction-1/manifest.json")))
                .contains("\"archives\":[" + named("2026-09", "acme", 4) + "," + named("2026-09", "bolt", 1) + "]");
        assertThat(Files.readString(out.resolve("2026-09/manifest.json"))).isEqualTo(manifest);

        Map<Path, FileTime> times = times(dir);
        assertThat(done("2026-09", late, archives.resolve("2026-09")).out()).isEqualTo(correction.out());
        times.keySet().removeIf(path -> path.toString().contains("billing.db"));
        assertThat(times(dir)).containsAllEntriesOf(times);

        Path sealed = archives.resolve("2026-09");
        Run verify = run("verify", "2026-09", List.of(sealed));
        assertThat(verify.exitCode()).as(verify.out() + verify.err()).isZero();
        Run explain = explain("INV-2026-000001", "3", sealed);
        assertThat(explain.exitCode()).as(explain.err()).isZero();
        assertThat(explain.out().lines()).hasSize(3);
        Run late1 = explain("INV-2026-000005", "1", sealed);
        assertThat(late1.exitCode()).as(late1.err()).isZero();
        assertThat(late1.out()).contains("\"life\":\"" + lateLife + "\"");
    }

    @Test
    void shouldNotCreditForArchivesOfAnotherCycle() throws IOException {
        october();
        at(NOVEMBER);
        a.close();
        b.close();
        done("2026-09");
        done("2026-10");
        SortedMap<String, String> before = Run.files(out);
        for (String moved : List.of("there", "moved")) {
            Run run = run("finalize", "2026-09", List.of(archives.resolve("2026-10")));
            assertThat(run.exitCode()).isOne();
            assertThat(run.err())
                    .contains(
                            a.life() + ":1:1  sequences 1 were there",
                            a.life() + ":0:1  1 of the sequences 1 were there");
            if (moved.equals("there")) {
                Files.move(archives.resolve("2026-09"), dir.resolve("2026-09"));
            }
        }
        // From the archives elsewhere they are made again, to the byte.
        Run again = done("2026-09", dir.resolve("2026-09"));
        assertThat(again.out()).contains("2 invoices, 0 corrections");
        assertThat(Run.files(out)).isEqualTo(before);
    }

    @Test
    void shouldNameAReaderThatCannotBeToldAndTellItInTheNextRun() throws IOException {
        register();
        october();
        Path reader = a.journal().resolve("readers/billing.reader");
        byte[] whole = Files.readAllBytes(reader);
        Files.writeString(reader, "torn");
        Run run = run("finalize", "2026-09", List.of(a.journal(), b.journal()));
        assertThat(run.exitCode()).isOne();
        assertThat(run.out()).contains("final, 2 invoices");
        assertThat(run.err())
                .contains(
                        "reader 'billing' of " + a.journal() + " has not committed it: " + reader, "run finalize again")
                .contains("reader 'billing' of " + b.journal() + " has committed 4 more records");
        SortedMap<String, String> files = Run.files(out);
        Files.write(reader, whole);
        assertThat(done("2026-09").err())
                .contains("reader 'billing' of " + a.journal() + " has committed 4 more records")
                .doesNotContain(b.journal().toString());
        assertThat(done("2026-09").err()).isEmpty();
        assertThat(Run.files(out)).isEqualTo(files);
        deleted(a, 3);
    }

    @Test
    void shouldCompareArchivesWithTheManifest() throws IOException {
        october();
        at(NOVEMBER);
        done("2026-09");
        List<Path> sealed = List.of(archives.resolve("2026-09"));
        Run whole = run("verify", "2026-09", sealed, "--archives");
        assertThat(whole.exitCode()).as(whole.out()).isZero();
        assertThat(whole.out()).contains("5 documents, 2 archives, all as finalized");
        assertThat(run("verify", "2026-09", sealed, "--archives", archives.toString())
                        .exitCode())
                .isZero();

        Path acme = archives.resolve("2026-09/acme.archive");
        byte[] bytes = Files.readAllBytes(acme);
        bytes[bytes.length - 1] ^= 1;
        Files.write(acme, bytes);
        Files.delete(archives.resolve("2026-09/bolt.archive"));
        Files.write(archives.resolve("2026-09/carl.archive"), bytes);
        List<Path> journals = List.of(a.journal(), b.journal());
        assertThat(run("verify", "2026-09", journals).exitCode()).isZero();
        Run broken = run("verify", "2026-09", journals, "--archives");
        assertThat(broken.exitCode()).isEqualTo(3);
        assertThat(broken.out())
                .contains("archive  " + acme + "  has SHA-256 " + Sha256.hex(bytes) + ", and ")
                .contains("bolt.archive  is not there", "carl.archive  is not among the archives that were sealed")
                .contains("3 differences");
        Files.write(acme, new byte[3]);
        assertThat(run("verify", "2026-09", journals, "--archives").out()).contains("has 3 bytes, and " + bytes.length);
    }
}
