package openclaw.edge.load.gatling;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import openclaw.edge.ledger.read.JournalReader;
import openclaw.edge.ledger.read.ReadReport;
import openclaw.edge.ledger.record.NameHash;
import openclaw.edge.ledger.record.Outcome;
import openclaw.edge.ledger.record.UsageRecord;
import org.agrona.collections.LongHashSet;
import org.agrona.concurrent.UnsafeBuffer;

/** What stopped nodes' journals hold, all of it. Not thread-safe. */
final class JournalBooks {
    private final LongHashSet requestIds = new LongHashSet();
    private final SortedSet<YearMonth> cycles = new TreeSet<>();
    private long records;
    private long inDoubt;
    private long exempt;
    private long tokens;
    private long problems;
    private String report = "";

    /** With nothing in it. */
    JournalBooks() {}

    /** Reads journals. */
    static JournalBooks read(final List<Path> journals) throws IOException {
        final JournalBooks books = new JournalBooks();
        books.found(new JournalReader(journals).read(books::add));
        return books;
    }

    /** Counts one record. */
    void add(final UsageRecord record) {
        tokens += record.chargedTokens();
        if (!record.isFinal()) {
            return;
        }
        records++;
        inDoubt += record.outcome() == Outcome.IN_DOUBT ? 1 : 0;
        exempt += record.isExempt() ? 1 : 0;
        requestIds.add(record.requestIdHash());
        final Instant admitted = Instant.ofEpochSecond(TimeUnit.NANOSECONDS.toSeconds(record.admittedNs()));
        cycles.add(YearMonth.from(admitted.atZone(ZoneOffset.UTC)));
    }

    private void found(final ReadReport found) {
        problems = (long) found.gaps().size()
                + found.conflicts().size()
                + found.unknown().size()
                + found.uncoveredDamages().size()
                + found.losses().size()
                + found.brokenChains().size()
                + found.forks().size()
                + found.lives().stream().filter(life -> !life.closed()).count();
        report = problems == 0 ? "" : found.toString();
    }

    /** Final records. */
    long records() {
        return records;
    }

    /** Final records of requests of which it is not known how they ended. */
    long inDoubt() {
        return inDoubt;
    }

    /** Final records that the plan's {@code bill:} does not charge. */
    long exempt() {
        return exempt;
    }

    /** Tokens charged, of interim records too. */
    long tokens() {
        return tokens;
    }

    /** Gaps, conflicts, damages, losses, records of an unknown kind, and lives that are not there or have no end. */
    long problems() {
        return problems;
    }

    /** What those are; empty without any. */
    String report() {
        return report;
    }

    /** The months (UTC) in which the requests were admitted. */
    SortedSet<YearMonth> cycles() {
        return cycles;
    }

    /** How many of the requests that clients saw answered 2xx have no final record. */
    long missing(final ClientBooks clients) {
        final UnsafeBuffer bytes = new UnsafeBuffer(new byte[0]);
        final long[] missing = new long[1];
        clients.forEachGood(number -> {
            final byte[] id = (clients.prefix() + number).getBytes(StandardCharsets.US_ASCII);
            bytes.wrap(id);
            if (!requestIds.contains(NameHash.xxh64(bytes, 0, id.length, 0))) {
                missing[0]++;
            }
        });
        return missing[0];
    }
}
