package openclaw.edge.ledger.read;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.agrona.DirectBuffer;

/**
 * One complete file without its usage records: where they stand, and all other records.
 *
 * <pre>
 *   magic, 8 bytes | CRC32C of the rest, 4
 *   name under which it was kept: length, 2; UTF-8
 *   read up to, 8 | size, 8 | first record: position, 8; CRC, 4 | last record: the same
 *   number of runs, 4 | per run: life, 16; lane, 4; from, 8; to, 8; position of the first, 8
 *   number of other records, 4 | per record: position of the document, 8; length, 4; the record
 *   length of the sums, 4 | sums
 * </pre>
 *
 * All numbers big-endian. Made by one thread.
 */
final class CondensedFile {
    private static final long MAGIC = 0x4544_4745_4348_4B31L;
    private static final int HEADER_LENGTH = Long.BYTES + Integer.BYTES;

    private final List<Run> runs = new ArrayList<>();
    private final List<Other> others = new ArrayList<>();
    private QueueFile.Extent extent;
    private byte[] sums;
    private boolean spoiled;
    private Run last;

    /** Sequences of a lane that follow each other in the file. */
    private static final class Run {
        final long lifeHigh;
        final long lifeLow;
        final int lane;
        final long from;
        final long position;
        long to;

        Run(
                final long lifeHigh,
                final long lifeLow,
                final int lane,
                final long from,
                final long to,
                final long position) {
            this.lifeHigh = lifeHigh;
            this.lifeLow = lifeLow;
            this.lane = lane;
            this.from = from;
            this.to = to;
            this.position = position;
        }

        boolean goesOn(final long high, final long low, final int otherLane, final long next) {
            return to + 1 == next && lane == otherLane && lifeLow == low && lifeHigh == high;
        }
    }

    /**
     * A record that is no usage.
     *
     * @param position of its document
     * @param record its bytes
     */
    @SuppressWarnings("ArrayRecordComponent") // The bytes are compared by nobody.
    record Other(long position, byte[] record) {}

    /** Notes usage that counts. */
    void usage(
            final long lifeHigh,
            final long lifeLow,
            final int lane,
            final long from,
            final long to,
            final long positionBytes) {
        if (last != null && last.goesOn(lifeHigh, lifeLow, lane, from)) {
            last.to = to;
            return;
        }
        Run run = null;
        // Lanes take turns in a file: the one that it goes on is among the last few.
        for (int i = runs.size() - 1; i >= Math.max(0, runs.size() - Byte.SIZE) && run == null; i--) {
            run = runs.get(i).goesOn(lifeHigh, lifeLow, lane, from) ? runs.get(i) : null;
        }
        if (run == null) {
            run = new Run(lifeHigh, lifeLow, lane, from, to, positionBytes);
            runs.add(run);
        }
        run.to = to;
        last = run;
    }

    /** Notes a record that is no usage. */
    void other(final DirectBuffer buffer, final int at, final int length, final long positionBytes) {
        final byte[] record = new byte[length];
        buffer.getBytes(at, record);
        others.add(new Other(positionBytes, record));
    }

    /** Notes that something in the file is not as it should be, or not the file's alone: it has to be read each time. */
    void spoil() {
        spoiled = true;
    }

    boolean isSpoiled() {
        return spoiled;
    }

    /** The file was read to its end. */
    void end(final QueueFile.Extent whole, final byte[] fileSums) {
        extent = whole;
        sums = fileSums;
    }

    QueueFile.Extent extent() {
        return extent;
    }

    List<Other> others() {
        return others;
    }

    byte[] sums() {
        return sums;
    }

    /**
     * Claims all usage for the file if nobody has claimed any of it. The caller holds the books' monitor.
     *
     * @return whether it was claimed
     */
    boolean claim(final Books books, final QueueFile file) {
        for (final Run run : runs) {
            final LaneClaims lane = books.life(run.lifeHigh, run.lifeLow).lane(run.lane);
            if (lane.hasRulings() || !lane.isFree(run.from, run.to)) {
                return false;
            }
        }
        for (final Run run : runs) {
            final LifeHistory life = books.life(run.lifeHigh, run.lifeLow);
            life.spoke();
            life.lane(run.lane).claim(run.from, run.to, file, run.position, LaneClaims.Parts.NONE);
            books.countUsage(run.to - run.from + 1);
        }
        return true;
    }

    /** As bytes that say under which name they are kept: under another one they are of another file. */
    byte[] encode(final String name) throws IOException {
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        final DataOutputStream out = new DataOutputStream(bytes);
        out.writeUTF(name);
        extent.write(out);
        out.writeInt(runs.size());
        for (final Run run : runs) {
            out.writeLong(run.lifeHigh);
            out.writeLong(run.lifeLow);
            out.writeInt(run.lane);
            out.writeLong(run.from);
            out.writeLong(run.to);
            out.writeLong(run.position);
        }
        out.writeInt(others.size());
        for (final Other other : others) {
            out.writeLong(other.position);
            out.writeInt(other.record.length);
            out.write(other.record);
        }
        out.writeInt(sums.length);
        out.write(sums);
        final byte[] body = bytes.toByteArray();
        final ByteArrayOutputStream whole = new ByteArrayOutputStream(HEADER_LENGTH + body.length);
        final DataOutputStream header = new DataOutputStream(whole);
        header.writeLong(MAGIC);
        header.writeInt(crc(body, 0));
        header.write(body);
        return whole.toByteArray();
    }

    /**
     * Reads what was encoded under a name.
     *
     * @throws IOException when it is anything else
     */
    static CondensedFile decode(final byte[] bytes, final String name) throws IOException {
        final DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
        if (in.readLong() != MAGIC || in.readInt() != crc(bytes, HEADER_LENGTH)) {
            throw new IOException("no checkpoint of this release, or a damaged one");
        }
        if (!in.readUTF().equals(name)) {
            throw new IOException("the checkpoint of another file");
        }
        final CondensedFile condensed = new CondensedFile();
        final QueueFile.Extent extent = QueueFile.Extent.read(in);
        for (int left = in.readInt(); left > 0; left--) {
            condensed.runs.add(
                    new Run(in.readLong(), in.readLong(), in.readInt(), in.readLong(), in.readLong(), in.readLong()));
        }
        for (int left = in.readInt(); left > 0; left--) {
            condensed.others.add(new Other(in.readLong(), in.readNBytes(in.readInt())));
        }
        condensed.end(extent, in.readNBytes(in.readInt()));
        return condensed;
    }

    private static int crc(final byte[] bytes, final int from) {
        final CRC32C crc = new CRC32C();
        crc.update(bytes, from, bytes.length - from);
        return (int) crc.getValue();
    }
}
