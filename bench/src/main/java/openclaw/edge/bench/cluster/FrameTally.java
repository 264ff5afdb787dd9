package openclaw.edge.bench.cluster;

import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Locale;
import openclaw.edge.sync.wire.WireDescriptor;
import org.agrona.concurrent.UnsafeBuffer;

/** How many bytes of datagrams are frames of which type. For one thread. */
final class FrameTally {

    private static final int TYPE_OFFSET = 3;
    private static final int CHANGES = 3;
    private static final int RELAYED = 9;
    private static final int REST = 0;
    private static final String[] NAMES = {
        "headers and tags", "heartbeat", "ack", "own changes", "vector", "members", "status", "ledger", "bye", "relayed"
    };

    private final long[] bytes = new long[NAMES.length];

    /** Nothing counted. */
    void reset() {
        Arrays.fill(bytes, 0);
    }

    /** Counts a datagram. */
    void add(final UnsafeBuffer datagram, final int lengthBytes) {
        final int limit = lengthBytes - WireDescriptor.TAG_BYTES;
        int position = WireDescriptor.HEADER_BYTES;
        bytes[REST] += WireDescriptor.HEADER_BYTES + WireDescriptor.TAG_BYTES;
        if (datagram.getByte(TYPE_OFFSET) != WireDescriptor.TYPE_DATA) {
            bytes[REST] += limit - position;
            return;
        }
        while (position < limit) {
            int type = datagram.getByte(position);
            final int length = WireDescriptor.FRAME_HEADER_BYTES
                    + (datagram.getShort(position + 1, ByteOrder.LITTLE_ENDIAN) & 0xFFFF);
            if (type == CHANGES
                    && datagram.getByte(position + WireDescriptor.FRAME_HEADER_BYTES) == WireDescriptor.STREAM_RELAY) {
                type = RELAYED;
            }
            bytes[type] += length;
            position += length;
        }
    }

    /** Adds what another has counted. */
    void add(final FrameTally other) {
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] += other.bytes[i];
        }
    }

    /** Each part, divided by so much. */
    String describe(final double by) {
        final StringBuilder text = new StringBuilder();
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] != 0) {
                text.append(String.format(
                        Locale.ROOT, "%s%s %,.0f", text.length() == 0 ? "" : ", ", NAMES[i], bytes[i] / by));
            }
        }
        return text.toString();
    }
}
