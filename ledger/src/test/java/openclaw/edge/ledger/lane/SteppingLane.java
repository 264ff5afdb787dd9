package openclaw.edge.ledger.lane;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import openclaw.edge.ledger.record.RecordRegion;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** A lane that says so before each of its stores. */
public final class SteppingLane {
    private SteppingLane() {}

    /** A lane over a file, which it maps once more; the step is called before each store. */
    public static Lane of(
            final LaneFile file, final JournalHealth health, final LedgerCounters counters, final Runnable step)
            throws IOException {
        try (FileChannel channel = FileChannel.open(file.path(), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            final ByteBuffer mapped = channel.map(FileChannel.MapMode.READ_WRITE, 0, channel.size());
            return new Lane(
                    file,
                    new RecordRegion(mapped, new Stepping(mapped, step)),
                    health,
                    counters,
                    new DurableWatermark(Durability.PROCESS));
        }
    }

    private static final class Stepping extends UnsafeBuffer {
        private final Runnable step;

        Stepping(final ByteBuffer bytes, final Runnable step) {
            super(bytes, 0, bytes.capacity());
            this.step = step;
        }

        @Override
        public void putLong(final int index, final long value) {
            step.run();
            super.putLong(index, value);
        }

        @Override
        public void putLong(final int index, final long value, final ByteOrder byteOrder) {
            step.run();
            super.putLong(index, value, byteOrder);
        }

        @Override
        public void putInt(final int index, final int value) {
            step.run();
            super.putInt(index, value);
        }

        @Override
        public void putInt(final int index, final int value, final ByteOrder byteOrder) {
            step.run();
            super.putInt(index, value, byteOrder);
        }

        @Override
        public void putShort(final int index, final short value, final ByteOrder byteOrder) {
            step.run();
            super.putShort(index, value, byteOrder);
        }

        @Override
        public void putByte(final int index, final byte value) {
            step.run();
            super.putByte(index, value);
        }

        @Override
        public void putBytes(final int index, final byte[] src, final int offset, final int length) {
            step.run();
            super.putBytes(index, src, offset, length);
        }

        @Override
        public void putBytes(final int index, final DirectBuffer src, final int srcIndex, final int length) {
            step.run();
            super.putBytes(index, src, srcIndex, length);
        }

        @Override
        public void putLongRelease(final int index, final long value) {
            step.run();
            super.putLongRelease(index, value);
        }

        @Override
        public void putIntRelease(final int index, final int value) {
            step.run();
            super.putIntRelease(index, value);
        }
    }
}
