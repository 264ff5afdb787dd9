package openclaw.edge.ledger.lane;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** A buffer that notes every store, in program order, and whether it is one with release. */
final class TracingBuffer extends UnsafeBuffer {
    private final List<Store> stores = new ArrayList<>();

    TracingBuffer(final ByteBuffer bytes) {
        super(bytes, 0, bytes.capacity());
    }

    /** One store. */
    static final class Store {
        private final int offset;
        private final byte[] bytes;
        private final boolean release;

        Store(final int offset, final byte[] bytes, final boolean release) {
            this.offset = offset;
            this.bytes = bytes;
            this.release = release;
        }

        boolean isRelease() {
            return release;
        }

        void apply(final byte[] image) {
            System.arraycopy(bytes, 0, image, offset, bytes.length);
        }
    }

    /** Stores since the last call. */
    List<Store> take() {
        final List<Store> taken = List.copyOf(stores);
        stores.clear();
        return taken;
    }

    private void note(final int offset, final int length, final boolean release) {
        final byte[] bytes = new byte[length];
        getBytes(offset, bytes);
        stores.add(new Store(offset, bytes, release));
    }

    @Override
    public void putLong(final int index, final long value) {
        super.putLong(index, value);
        note(index, Long.BYTES, false);
    }

    @Override
    public void putLong(final int index, final long value, final ByteOrder byteOrder) {
        super.putLong(index, value, byteOrder);
        note(index, Long.BYTES, false);
    }

    @Override
    public void putInt(final int index, final int value) {
        super.putInt(index, value);
        note(index, Integer.BYTES, false);
    }

    @Override
    public void putInt(final int index, final int value, final ByteOrder byteOrder) {
        super.putInt(index, value, byteOrder);
        note(index, Integer.BYTES, false);
    }

    @Override
    public void putShort(final int index, final short value, final ByteOrder byteOrder) {
        super.putShort(index, value, byteOrder);
        note(index, Short.BYTES, false);
    }

    @Override
    public void putByte(final int index, final byte value) {
        super.putByte(index, value);
        note(index, Byte.BYTES, false);
    }

    @Override
    public void putBytes(final int index, final byte[] src, final int offset, final int length) {
        super.putBytes(index, src, offset, length);
        note(index, length, false);
    }

    @Override
    public void putBytes(final int index, final DirectBuffer src, final int srcIndex, final int length) {
        super.putBytes(index, src, srcIndex, length);
        note(index, length, false);
    }

    @Override
    public void putLongRelease(final int index, final long value) {
        super.putLongRelease(index, value);
        note(index, Long.BYTES, true);
    }

    @Override
    public void putIntRelease(final int index, final int value) {
        super.putIntRelease(index, value);
        note(index, Integer.BYTES, true);
    }
}
