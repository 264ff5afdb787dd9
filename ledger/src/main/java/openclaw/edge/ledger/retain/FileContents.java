package openclaw.edge.ledger.retain;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import openclaw.edge.ledger.read.JournalReader;
import openclaw.edge.ledger.read.ReadReport;
import openclaw.edge.ledger.record.Life;

/** What a closed file of the queue holds: which usage, and the control records that must outlive it. Read once. */
final class FileContents {
    private final ReadReport report;
    private final List<Range> ranges;
    private final List<byte[]> controls;

    private FileContents(final ReadReport report, final List<Range> ranges, final List<byte[]> controls) {
        this.report = report;
        this.ranges = List.copyOf(ranges);
        this.controls = List.copyOf(controls);
    }

    /** Sequences of a lane that the file holds without a hole, and when their exchanges were admitted. */
    record Range(Life life, int lane, long from, long to, long firstNs, long lastNs) {}

    static FileContents read(final Path file) throws IOException {
        final ContentsVisitor visitor = new ContentsVisitor();
        final ReadReport report = new JournalReader(List.of(file)).read(visitor);
        return new FileContents(report, visitor.ranges(), visitor.controls());
    }

    /** What the file says when it is read alone. */
    ReadReport report() {
        return report;
    }

    List<Range> ranges() {
        return ranges;
    }

    /** The control records that say all that the file's control records say, whole, in their order. */
    List<byte[]> controls() {
        return controls;
    }

    /** Bytes up to behind the last document. */
    long lengthBytes() {
        return report.extents().get(0).positionBytes();
    }

    /** What is wrong with the file, so that it must be kept for people to look at; or null. Gaps are other files' records. */
    String damage() {
        if (!report.conflicts().isEmpty()) {
            return "records that contradict each other";
        }
        if (!report.unknown().isEmpty()) {
            return "records that this release does not know";
        }
        final List<ReadReport.Damage> damages = report.uncoveredDamages();
        return damages.isEmpty()
                ? null
                : damages.get(0).what() + " at " + damages.get(0).positionBytes();
    }

    /** What is kept in mind of a file that may not go yet. */
    Due due() {
        return new Due(ranges, damage());
    }

    /**
     * What decides whether a file may go.
     *
     * @param ranges of its usage
     * @param damage or null
     */
    record Due(List<Range> ranges, String damage) {
        /** Of these readers the ones that have not committed all of it. */
        List<Reader> behind(final List<Reader> readers) {
            final List<Reader> behind = new ArrayList<>();
            for (final Reader reader : readers) {
                if (missingIn(reader.position()) > 0) {
                    behind.add(reader);
                }
            }
            return behind;
        }

        private long missingIn(final Position position) {
            long missing = 0;
            for (final Range range : ranges) {
                missing += position.missing(range.life(), range.lane(), range.from(), range.to());
            }
            return missing;
        }
    }
}
