package openclaw.edge.ledger.retain;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import openclaw.edge.catalog.Sha256;
import openclaw.edge.ledger.read.JournalReader;
import openclaw.edge.ledger.read.JournalVisitor;
import openclaw.edge.ledger.read.ReadReport;
import openclaw.edge.ledger.record.DeletedFileRecord;
import openclaw.edge.ledger.record.DeletedRecord;
import openclaw.edge.ledger.record.RecordDescriptor;
import openclaw.edge.ledger.record.RecordFlyweight;
import openclaw.edge.ledger.record.RecordRegion;

/**
 * What a deleted file leaves beside where it stood: {@code 20261110-12F.deleted}, documents as in the queue itself. First what
 * was deleted, when, and by which readers' commits; then the control records; then which usage is gone; then the mark that
 * ends a file. So nothing that readers conclude from a journal changes by a deletion, but that the usage is elsewhere.
 */
final class Remains {
    private static final String QUEUE = ".cq4";
    private static final String SUFFIX = ".deleted";
    private static final long END_MARK = 0x464F_45C3_C000_0000L;

    private final RecordRegion region = new RecordRegion(
            ByteBuffer.allocateDirect(RecordDescriptor.MAX_LENGTH).order(ByteOrder.LITTLE_ENDIAN));
    private final List<byte[]> records = new ArrayList<>();

    private Remains() {}

    /** What a file would leave does not say all that the file does. */
    static final class DifferenceException extends IOException {
        private static final long serialVersionUID = 1;

        DifferenceException(final String message) {
            super(message);
        }
    }

    static Path of(final Path file) {
        final String name = file.getFileName().toString();
        return file.resolveSibling(name.substring(0, name.length() - QUEUE.length()) + SUFFIX);
    }

    /**
     * Writes what a file leaves, and reads it back. What a file of its name has left before is kept: they are all that still
     * speaks of it.
     *
     * @param file that is to be deleted
     * @param contents of it
     * @param readers that have committed them, names with commas
     * @param nowNs cycle time
     * @return what was written
     * @throws DifferenceException when it says anything else than the file does, or what was left before is not whole: the
     *     file must stay, and what was left before stands as it did
     * @throws IOException when it cannot be written
     */
    static Path write(final Path file, final FileContents contents, final String readers, final long nowNs)
            throws IOException {
        final Path to = of(file);
        final FormerRemains former = FormerRemains.read(to);
        final ReadReport whole = former.bytes() == null
                ? contents.report()
                : new JournalReader(List.of(file, to)).read(JournalVisitor.NONE);
        final List<DeletedRange> ranges = new ArrayList<>(former.ranges());
        contents.ranges().forEach(range -> ranges.add(DeletedRange.of(range, nowNs)));
        final List<DeletedRange> all = DeletedRange.union(ranges);
        CheckedText.write(to, new Remains().bytes(file, contents, former, all, readers, nowNs));
        final String difference = difference(whole, to, all);
        if (difference != null) {
            if (former.bytes() == null) {
                Files.delete(to);
            } else {
                CheckedText.write(to, former.bytes());
            }
            throw new DifferenceException(file + ": what would be left of it differs in " + difference);
        }
        return to;
    }

    private byte[] bytes(
            final Path file,
            final FileContents contents,
            final FormerRemains former,
            final List<DeletedRange> ranges,
            final String readers,
            final long nowNs)
            throws IOException {
        final byte[] sha256 = Sha256.of(file, contents.lengthBytes());
        add(new DeletedFileRecord()
                .begin(region.buffer(), 0, nowNs, file.getFileName().toString(), readers)
                .contents(contents.lengthBytes(), contents.report().usageRecords(), sha256));
        records.addAll(former.filesOtherThan(sha256));
        final Map<ByteBuffer, byte[]> controls = new LinkedHashMap<>();
        contents.controls().forEach(record -> controls.putIfAbsent(ByteBuffer.wrap(record), record));
        former.controls().forEach(record -> controls.putIfAbsent(ByteBuffer.wrap(record), record));
        records.addAll(controls.values());
        for (final DeletedRange range : ranges) {
            add(new DeletedRecord()
                    .begin(region.buffer(), 0, range.life(), range.lane(), range.timeNs())
                    .range(range.from(), range.to())
                    .admitted(range.firstNs(), range.lastNs()));
        }
        int length = Long.BYTES;
        for (final byte[] record : records) {
            length = Math.addExact(length, Integer.BYTES + record.length);
        }
        final ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        records.forEach(record -> bytes.putInt(record.length).put(record));
        return bytes.putLong(END_MARK).array();
    }

    private void add(final RecordFlyweight record) {
        region.seal(0);
        final byte[] bytes = new byte[record.length()];
        region.buffer().getBytes(0, bytes);
        records.add(bytes);
    }

    /** What a reader would conclude otherwise from the remains than from what was there before, or null when nothing. */
    private static String difference(final ReadReport whole, final Path remains, final List<DeletedRange> ranges)
            throws IOException {
        final ReadReport left = new JournalReader(List.of(remains)).read(JournalVisitor.NONE);
        if (!left.uncoveredDamages().isEmpty() || !left.unknown().isEmpty()) {
            return "what was written: " + left;
        }
        if (!left.gaps().equals(whole.gaps())) {
            return "gaps";
        }
        if (!left.losses().equals(whole.losses()) || !left.catalogs().equals(whole.catalogs())) {
            return "losses or catalogs";
        }
        if (left.lives().size() != whole.lives().size()) {
            return "lives";
        }
        for (int i = 0; i < left.lives().size(); i++) {
            if (!conclusions(left.lives().get(i))
                    .equals(conclusions(whole.lives().get(i)))) {
                return "what is known of life " + whole.lives().get(i).life();
            }
        }
        final long deleted = left.deletions().stream()
                .mapToLong(ReadReport.Deletion::missing)
                .sum();
        final boolean isAll =
                deleted == ranges.stream().mapToLong(DeletedRange::size).sum();
        return isAll && deleted >= whole.usageRecords() ? null : "the usage that was deleted";
    }

    /** What is known of a life, without the usage that was read. */
    private static List<Object> conclusions(final ReadReport.LifeSummary life) {
        final List<Object> all = new ArrayList<>(List.of(
                life.life(),
                life.node(),
                life.previous(),
                life.opened(),
                life.openedNs(),
                life.closed(),
                life.closedNs(),
                life.recovered(),
                life.completeBeforeNs(),
                life.heardOnly(),
                String.valueOf(life.lastTick())));
        life.lanes().forEach(lane -> all.add(List.of(lane.lane(), lane.voids(), lane.expectedTo())));
        return all;
    }
}
