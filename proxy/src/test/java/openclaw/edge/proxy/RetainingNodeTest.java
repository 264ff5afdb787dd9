package openclaw.edge.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import openclaw.edge.ledger.journal.JournalAppender;
import openclaw.edge.ledger.read.JournalReader;
import openclaw.edge.ledger.read.JournalVisitor;
import openclaw.edge.ledger.read.ReadReport;
import openclaw.edge.ledger.record.CloseRecord;
import openclaw.edge.ledger.record.Life;
import openclaw.edge.ledger.record.OpenRecord;
import openclaw.edge.ledger.record.Outcome;
import openclaw.edge.ledger.record.UsageRecord;
import openclaw.edge.ledger.record.UsageRecordDescriptor;
import openclaw.edge.ledger.retain.PositionVisitor;
import openclaw.edge.ledger.retain.Readers;
import openclaw.edge.proxy.h1.ScriptedUpstream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A whole node with {@code journal.retain}. */
@Timeout(120)
final class RetainingNodeTest {
    private static final long HOUR_MS = TimeUnit.HOURS.toMillis(1);
    private static final long TIMEOUT_NS = TimeUnit.SECONDS.toNanos(60);

    /** A file of some hours ago, with one record. */
    private static void writeOldFile(final Path journal) throws IOException {
        final long ns = (System.currentTimeMillis() - 5 * HOUR_MS) * 1_000_000L;
        final Life life = Life.random();
        try (JournalAppender old = new JournalAppender(journal, life, ns)) {
            new OpenRecord()
                    .begin(old.record(), 0, life, ns)
                    .lanes(1)
                    .previous(Life.NONE, new long[0])
                    .end("edge");
            old.append();
            new UsageRecord()
                    .begin(old.record(), 0, life.high(), life.low(), 0)
                    .outcome(Outcome.COMPLETE)
                    .flags(UsageRecordDescriptor.FLAG_FINAL)
                    .status(200)
                    .sequence(1)
                    .admittedNs(ns)
                    .exchange(1)
                    .requests(1);
            old.append();
            new CloseRecord().begin(old.record(), 0, life, ns, new long[] {1});
            old.append();
        }
    }

    @Test
    void shouldDeleteWhatItsReadersHaveCommitted(@TempDir final Path directory) throws Exception {
        final Path journal = Files.createDirectories(directory.resolve("data/journal"));
        writeOldFile(journal);
        final Path old = JournalReader.files(List.of(journal)).get(0);
        final PositionVisitor all = new PositionVisitor((tenant, admittedNs) -> true);
        new JournalReader(List.of(journal)).read(all);
        final Readers readers = new Readers(journal);
        readers.register("billing", 0);
        readers.commit("billing", all.position(), "all", 0);
        try (ScriptedUpstream upstream = new ScriptedUpstream();
                UpstreamsUnderTest node = new UpstreamsUnderTest(
                        directory, 1, UpstreamsUnderTest.servers(upstream), "journal: {retain: {age: 2h}}")) {
            final long deadlineNs = System.nanoTime() + TIMEOUT_NS;
            while (Files.exists(old) && System.nanoTime() - deadlineNs < 0) {
                Thread.sleep(20);
            }
            assertThat(old).as("%s", node).doesNotExist();
        }
        final ReadReport report = new JournalReader(List.of(journal)).read(JournalVisitor.NONE);
        assertThat(report.isClean()).isTrue();
        assertThat(report.brokenChains()).isEmpty();
        assertThat(report.lives()).hasSize(2);
        assertThat(report.deletedFiles()).singleElement().satisfies(file -> {
            assertThat(file.readers()).isEqualTo("billing");
            assertThat(file.usageRecords()).isOne();
        });
    }
}
