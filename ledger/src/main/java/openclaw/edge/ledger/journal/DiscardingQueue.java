package openclaw.edge.ledger.journal;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import openclaw.edge.ledger.lane.LossEntry;
import openclaw.edge.ledger.record.Life;
import openclaw.edge.ledger.record.NameKind;
import openclaw.edge.ledger.record.RecordDescriptor;
import openclaw.edge.ledger.record.RecordRegion;
import org.agrona.concurrent.UnsafeBuffer;

/** Counts what is appended, and drops it. One thread at a time. */
final class DiscardingQueue implements JournalQueue {
    private final RecordRegion region = new RecordRegion(
            ByteBuffer.allocateDirect(RecordDescriptor.MAX_LENGTH).order(ByteOrder.LITTLE_ENDIAN));
    private long appended;

    @Override
    public boolean time(final long nowNs) {
        return false;
    }

    @Override
    public long define(final NameKind kind, final String text) {
        return 0;
    }

    @Override
    public void usage(final UnsafeBuffer lane, final int recordAt) {
        appended++;
    }

    @Override
    public void loss(final Life ofLife, final int lane, final UnsafeBuffer buffer, final LossEntry entry) {
        appended++;
    }

    @Override
    public UnsafeBuffer record() {
        return region.buffer();
    }

    @Override
    public void append() {
        appended++;
    }

    @Override
    public void secure() {
        // There is nothing to read back.
    }

    @Override
    public void verify() {
        // As above.
    }

    @Override
    public long appended() {
        return appended;
    }

    @Override
    public long appendedBytes() {
        return 0;
    }

    @Override
    public void close() {
        // There is no file.
    }
}
