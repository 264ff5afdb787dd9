package openclaw.edge.ledger.retain;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import openclaw.edge.ledger.read.JournalReader;
import openclaw.edge.ledger.read.JournalVisitor;
import openclaw.edge.ledger.read.ReadReport;
import openclaw.edge.ledger.record.DeletedFileRecord;
import openclaw.edge.ledger.record.DeletedRecord;
import openclaw.edge.ledger.record.Life;
import openclaw.edge.ledger.record.RecordDescriptor;
import openclaw.edge.ledger.record.RecordType;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * What a file of the same name left when it was deleted before: the deletion was cut off, or a copy of the file, perhaps an older
 * and shorter one, was put back. Whatever it says must stay said.
 */
final class FormerRemains {
    /** Where nothing was deleted before. */
    static final FormerRemains NONE = new FormerRemains(null);

    private final byte[] bytes;
    private final List<byte[]> files = new ArrayList<>();
    private final List<byte[]> controls = new ArrayList<>();
    private final List<DeletedRange> ranges = new ArrayList<>();

    private FormerRemains(final byte[] bytes) {
        this.bytes = bytes;
    }

    /**
     * Reads what stands there.
     *
     * @param path that may be absent
     * @return what it says
     * @throws Remains.DifferenceException when it is not whole: nothing may be written over it
     * @throws IOException when it cannot be read
     */
    static FormerRemains read(final Path path) throws IOException {
        if (!Files.exists(path)) {
            return NONE;
        }
        final ReadReport report = new JournalReader(List.of(path)).read(JournalVisitor.NONE);
        if (!report.uncoveredDamages().isEmpty() || !report.unknown().isEmpty()) {
            throw new Remains.DifferenceException(path + " says what was deleted before and is not whole, or of another"
                    + " release; take it from a copy, or move it away");
        }
        final FormerRemains former = new FormerRemains(Files.readAllBytes(path));
        former.split();
        return former;
    }

    /** The documents of a file that was found to be whole: the mark that ends it looks like no length. */
    private void split() {
        final ByteBuffer from = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        while (from.remaining() >= Integer.BYTES) {
            final int length = from.getInt();
            if (length <= 0 || length > from.remaining()) {
                return;
            }
            final byte[] record = new byte[length];
            from.get(record);
            add(record);
        }
    }

    private void add(final byte[] record) {
        final int type = record[RecordDescriptor.TYPE_OFFSET] & 0xFF;
        if (type == RecordType.DELETED_FILE.code()) {
            files.add(record);
        } else if (type == RecordType.DELETED.code()) {
            final DeletedRecord deleted = new DeletedRecord();
            deleted.wrap(new UnsafeBuffer(record), 0);
            ranges.add(new DeletedRange(
                    new Life(deleted.lifeHigh(), deleted.lifeLow()),
                    deleted.lane(),
                    deleted.from(),
                    deleted.to(),
                    deleted.firstAdmittedNs(),
                    deleted.lastAdmittedNs(),
                    deleted.timeNs()));
        } else {
            controls.add(record);
        }
    }

    /** As they stand there; null when nothing does. */
    byte[] bytes() {
        return bytes;
    }

    /** Which files were deleted, but for one of this content: that deletion is only now made. */
    List<byte[]> filesOtherThan(final byte[] sha256) {
        final DeletedFileRecord file = new DeletedFileRecord();
        return files.stream()
                .filter(record -> {
                    file.wrap(new UnsafeBuffer(record), 0);
                    return !Arrays.equals(file.sha256(), sha256);
                })
                .toList();
    }

    /** The other control records that it keeps. */
    List<byte[]> controls() {
        return controls;
    }

    /** Which usage it says to be deleted. */
    List<DeletedRange> ranges() {
        return ranges;
    }
}
