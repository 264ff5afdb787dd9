package openclaw.edge.ledger.read;

import openclaw.edge.ledger.record.CatalogRecord;
import openclaw.edge.ledger.record.CloseRecord;
import openclaw.edge.ledger.record.DeletedFileRecord;
import openclaw.edge.ledger.record.DeletedRecord;
import openclaw.edge.ledger.record.LossRecord;
import openclaw.edge.ledger.record.NameRecord;
import openclaw.edge.ledger.record.OpenRecord;
import openclaw.edge.ledger.record.RecordDescriptor;
import openclaw.edge.ledger.record.TickRecord;
import openclaw.edge.ledger.record.UsageRecordDescriptor;
import openclaw.edge.ledger.record.VoidRecord;

/**
 * Whether what a record says of its own parts fits into it. A CRC that agrees shows that a record is what was written, not
 * that the writer was right: nothing behind a record is ever read as part of it.
 */
final class RecordShape {
    /** Lanes are event loops. */
    static final int MAX_LANES = 1024;

    private RecordShape() {}

    static boolean isUsage(final int lengthBytes, final int lane, final long sequence) {
        return lengthBytes == UsageRecordDescriptor.LENGTH
                && lane < MAX_LANES
                && sequence >= 1
                && sequence <= LaneClaims.MAX_SEQUENCE;
    }

    static boolean fits(final NameRecord record) {
        return record.length() >= NameRecord.lengthOf(0)
                && record.length() == NameRecord.lengthOf(record.nameLength())
                && record.kind() != null;
    }

    static boolean fits(final OpenRecord record) {
        return record.length() >= OpenRecord.lengthOf(0, 0)
                && record.lanes() <= MAX_LANES
                && record.previousLanes() <= MAX_LANES
                && record.length() >= OpenRecord.lengthOf(record.previousLanes(), record.nodeLength());
    }

    static boolean fits(final CloseRecord record) {
        return record.length() >= CloseRecord.lengthOf(0)
                && record.lanes() <= MAX_LANES
                && record.length() >= CloseRecord.lengthOf(record.lanes());
    }

    static boolean fits(final TickRecord record) {
        return record.length() >= TickRecord.lengthOf(0)
                && record.lanes() <= MAX_LANES
                && record.length() >= TickRecord.lengthOf(record.lanes())
                && record.isWithinLength();
    }

    static boolean fits(final CatalogRecord record) {
        return record.length() >= CatalogRecord.lengthOf();
    }

    static boolean fits(final VoidRecord record) {
        return record.length() >= VoidRecord.lengthOf()
                && record.lane() < MAX_LANES
                && record.from() >= 1
                && record.to() >= record.from()
                && record.to() <= LaneClaims.MAX_SEQUENCE;
    }

    static boolean fits(final LossRecord record) {
        return record.length() >= LossRecord.lengthOf() && record.lane() <= RecordDescriptor.NO_LANE;
    }

    static boolean fits(final DeletedRecord record) {
        return record.length() >= DeletedRecord.lengthOf()
                && record.lane() < MAX_LANES
                && record.from() >= 1
                && record.to() >= record.from()
                && record.to() <= LaneClaims.MAX_SEQUENCE;
    }

    static boolean fits(final DeletedFileRecord record) {
        return record.length() >= DeletedFileRecord.lengthOf(0)
                && record.length() >= DeletedFileRecord.lengthOf(record.textLength());
    }
}
