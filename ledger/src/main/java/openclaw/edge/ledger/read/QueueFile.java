package openclaw.edge.ledger.read;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What is known of one file between two readings: how far it was read, what is broken in it, what in it was there before. */
final class QueueFile {
    /** Far below what a node makes, far above what is left of a copy that has not begun. */
    private static final long SHORTEST_MADE_LENGTH = 1 << 20;

    private final Path path;
    private final boolean archive;
    private final List<Break> breaks = new ArrayList<>();
    private final Map<Integer, Unknown> unknown = new HashMap<>();
    private List<KnownRun> known = new ArrayList<>();
    private Map<LaneClaims, KnownRun> knownByLane = new HashMap<>();
    private long position;
    private long size;
    private boolean ended;
    private boolean newest;
    private boolean gone;
    private long firstRecordAt = -1;
    private int firstRecordCrc;
    private long lastRecordAt = -1;
    private int lastRecordCrc;
    private long unfinishedAt = -1;
    private int unfinishedCrc;

    QueueFile(final Path path) {
        this.path = path;
        this.archive = JournalFiles.is(path, JournalFiles.ARCHIVE);
    }

    /**
     * A stretch that is torn, and the whole records next to it: position of the document and CRC, -1 without. Or, not torn, a
     * record that cannot be right.
     */
    static final class Break {
        final long position;
        final long length;
        final String what;
        final boolean torn;
        final long before;
        final int beforeCrc;
        long after = -1;
        int afterCrc;

        Break(
                final long position,
                final long length,
                final String what,
                final boolean torn,
                final long before,
                final int beforeCrc) {
            this.torn = torn;
            this.position = position;
            this.length = length;
            this.what = what;
            this.before = before;
            this.beforeCrc = beforeCrc;
        }
    }

    /** How far a file that is complete was read, and its first and last record: position of the document, -1 without, and CRC. */
    record Extent(long position, long size, long firstAt, int firstCrc, long lastAt, int lastCrc) {
        void write(final DataOutput out) throws IOException {
            out.writeLong(position);
            out.writeLong(size);
            out.writeLong(firstAt);
            out.writeInt(firstCrc);
            out.writeLong(lastAt);
            out.writeInt(lastCrc);
        }

        static Extent read(final DataInput in) throws IOException {
            return new Extent(in.readLong(), in.readLong(), in.readLong(), in.readInt(), in.readLong(), in.readInt());
        }
    }

    /** Sequences of a lane that follow each other in this file and were read before, here or elsewhere. */
    static final class KnownRun {
        final LaneClaims lane;
        final long lifeHigh;
        final long lifeLow;
        final long from;
        final long position;
        long to;

        KnownRun(
                final LaneClaims lane,
                final long lifeHigh,
                final long lifeLow,
                final long from,
                final long to,
                final long position) {
            this.lane = lane;
            this.lifeHigh = lifeHigh;
            this.lifeLow = lifeLow;
            this.from = from;
            this.to = to;
            this.position = position;
        }
    }

    /** Records of one version and type that this release does not know. */
    static final class Unknown {
        final int version;
        final int type;
        final long first;
        long records;

        Unknown(final int version, final int type, final long first) {
            this.version = version;
            this.type = type;
            this.first = first;
        }
    }

    Path path() {
        return path;
    }

    /** Whether it holds some records of its lanes, whoever wrote them, and expects no others. */
    boolean isArchive() {
        return archive;
    }

    long position() {
        return position;
    }

    long size() {
        return size;
    }

    boolean isEnded() {
        return ended;
    }

    /** Whether no other file of its directory has a later name. */
    boolean isNewest() {
        return newest;
    }

    void newest(final boolean isNewest) {
        newest = isNewest;
    }

    /** Whether no record was found in it. */
    boolean isEmpty() {
        return firstRecordAt < 0;
    }

    /**
     * Whether it is nothing that a node leaves: without a header, and shorter than a node makes its files before it writes to
     * them. The newest one may have been made right now.
     */
    private boolean isShell() {
        return position == 0
                && isEmpty()
                && !newest
                && size < SHORTEST_MADE_LENGTH
                && JournalFiles.is(path, JournalFiles.QUEUE);
    }

    List<Break> breaks() {
        return breaks;
    }

    Map<Integer, Unknown> unknown() {
        return unknown;
    }

    /** Begins or goes on; what was broken at the end is looked at anew. */
    void begin(final RecordWalk walk) {
        gone = false;
        breaks.removeIf(broken -> broken.position >= position);
        walk.passedUnfinished(unfinishedAt, unfinishedCrc);
    }

    /** Notes a stretch that holds no whole record. */
    void torn(final long positionBytes, final long lengthBytes, final String what) {
        breaks.add(new Break(positionBytes, lengthBytes, what, true, lastRecordAt, lastRecordCrc));
    }

    /** Notes that the file cannot be read on; it is tried again next time. */
    void unreadable(final IOException failure) {
        breaks.add(new Break(position, 0, "cannot be read: " + failure, true, lastRecordAt, lastRecordCrc));
    }

    /** Notes that the file is not there any more. */
    void gone(final IOException failure) {
        unreadable(failure);
        gone = true;
    }

    /** Whether it was listed, and was not there when it was to be read. */
    boolean isGone() {
        return gone;
    }

    /** Notes a whole record that cannot be right. */
    void wrong(final long positionBytes, final long lengthBytes, final String what) {
        breaks.add(new Break(positionBytes, lengthBytes, what, false, -1, 0));
    }

    /** Notes the records passed, for the breaks next to them. */
    void passed(final RecordBlock block) {
        final int firstCrc = block.crc(0);
        if (firstRecordAt < 0) {
            firstRecordAt = block.positionBytes(0);
            firstRecordCrc = firstCrc;
        }
        for (int i = breaks.size() - 1; i >= 0 && breaks.get(i).after < 0; i--) {
            breaks.get(i).after = block.positionBytes(0);
            breaks.get(i).afterCrc = firstCrc;
        }
        lastRecordAt = block.positionBytes(block.count() - 1);
        lastRecordCrc = block.crc(block.count() - 1);
    }

    /** Whether two files look like copies of one: by their first records, or by their names. */
    boolean mayBeCopyOf(final QueueFile other) {
        return (firstRecordAt >= 0 && firstRecordAt == other.firstRecordAt && firstRecordCrc == other.firstRecordCrc)
                || path.getFileName().equals(other.path.getFileName());
    }

    void end(final RecordWalk walk) {
        position = walk.position();
        size = walk.size();
        ended = walk.isEnded();
        unfinishedAt = walk.unfinishedAt();
        unfinishedCrc = walk.unfinishedCrc();
        if (isShell() && breaks.isEmpty()) {
            torn(0, size, "holds no record, not even a header; expected a file of a journal or a copy of one");
        }
    }

    Extent extent() {
        return new Extent(position, size, firstRecordAt, firstRecordCrc, lastRecordAt, lastRecordCrc);
    }

    /** The file was read in another run, whole. */
    void readBefore(final Extent extent) {
        position = extent.position;
        size = extent.size;
        ended = true;
        firstRecordAt = extent.firstAt;
        firstRecordCrc = extent.firstCrc;
        lastRecordAt = extent.lastAt;
        lastRecordCrc = extent.lastCrc;
    }

    void unknown(final int version, final int type, final long positionBytes) {
        unknown.computeIfAbsent(version << 8 | type, key -> new Unknown(version, type, positionBytes)).records++;
    }

    /** Notes sequences that were read before. */
    void known(
            final LaneClaims lane,
            final long lifeHigh,
            final long lifeLow,
            final long from,
            final long to,
            final long positionBytes) {
        final KnownRun last = knownByLane.get(lane);
        if (last != null && last.to + 1 == from) {
            last.to = to;
            return;
        }
        final KnownRun run = new KnownRun(lane, lifeHigh, lifeLow, from, to, positionBytes);
        known.add(run);
        knownByLane.put(lane, run);
    }

    boolean hasKnown() {
        return !known.isEmpty();
    }

    /** Takes the runs noted; they are gone then. */
    List<KnownRun> takeKnown() {
        final List<KnownRun> taken = known;
        known = new ArrayList<>();
        knownByLane = new HashMap<>();
        return taken;
    }

    /** Forgets all that was read. */
    void forget() {
        breaks.clear();
        unknown.clear();
        takeKnown();
        position = 0;
        ended = false;
        firstRecordAt = -1;
        lastRecordAt = -1;
        unfinishedAt = -1;
    }
}
