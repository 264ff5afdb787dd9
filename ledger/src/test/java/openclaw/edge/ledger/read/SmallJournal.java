package openclaw.edge.ledger.read;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import openclaw.edge.ledger.Exchanges;
import openclaw.edge.ledger.Ledger;
import openclaw.edge.ledger.LedgerConfig;
import openclaw.edge.ledger.ManualClock;

/** Journals as the writer makes them, without the 80 MiB of nothing behind their end, and what stands where in them. */
final class SmallJournal {
    /** Bytes kept behind the last document. */
    static final int REST = 4096;

    private static final long HOUR_NS = 3_600_000_000_000L;

    /** The mark that ends a file, or nothing. */
    private static final int END_LENGTH = 8;

    private SmallJournal() {}

    /** A record of a file: its document's position and its own bytes. */
    record Place(long position, int length, boolean isUsage, String identity) {
        int from() {
            return Math.toIntExact(position + RecordBlock.DOCUMENT_HEADER_LENGTH);
        }

        int to() {
            return from() + length;
        }
    }

    /** Writes lives of one node, each in two lanes with records in two files, one file shared by neighbours. */
    static Path write(final Path data, final String node, final int lives, final int records) throws IOException {
        final ManualClock clock = new ManualClock();
        for (int life = 0; life < lives; life++) {
            try (Ledger ledger =
                    Ledger.open(data, LedgerConfig.of(node).withSlots(64).withClock(clock), 2)) {
                ledger.catalog(Exchanges.bytes("catalog " + life), clock.nanoTime());
                for (int i = 0; i < records; i++) {
                    Exchanges.whole(ledger.lane(i % 3 % 2), clock.nanoTime() + i);
                    if (i % 10 == 9) {
                        ledger.agent().doWork();
                    }
                    if (i == records / 2) {
                        clock.advanceNs(HOUR_NS);
                    }
                }
            }
        }
        return Ledger.journalDirectory(data);
    }

    /** The bytes of a journal's files up to a little behind their last document, by name. */
    static NavigableMap<String, byte[]> files(final Path journal) throws IOException {
        final TreeMap<String, byte[]> files = new TreeMap<>();
        final ReadReport report = new JournalReader(List.of(journal)).read(JournalVisitor.NONE);
        for (final ReadReport.Extent extent : report.extents()) {
            try (InputStream in = Files.newInputStream(extent.file())) {
                final byte[] bytes = in.readNBytes((int) extent.positionBytes() + END_LENGTH);
                files.put(extent.file().getFileName().toString(), Arrays.copyOf(bytes, bytes.length + REST));
            }
        }
        return files;
    }

    static void copyTree(final Path from, final Path to) throws IOException {
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

    /** All records of an intact file, in order. */
    static List<Place> places(final Path file) throws IOException {
        final List<Place> places = new ArrayList<>();
        try (RecordWalk walk = new RecordWalk(1 << 16)) {
            final RecordBlock block = new RecordBlock();
            walk.open(
                    file,
                    0,
                    (position, length, what) -> {
                        throw new AssertionError(what + " at " + position);
                    },
                    false);
            while (walk.next(block)) {
                for (int i = 0; i < block.count(); i++) {
                    places.add(
                            new Place(block.positionBytes(i), block.length(i), block.isUsage(i), identity(block, i)));
                }
            }
        }
        return places;
    }

    private static String identity(final RecordBlock block, final int index) {
        return block.isUsage(index)
                ? Seen.identity(block.lifeHigh(index), block.lifeLow(index), block.lane(index), block.sequence(index))
                : "control at " + block.positionBytes(index);
    }
}
