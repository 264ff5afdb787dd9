package openclaw.edge.ledger.retain;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import openclaw.edge.ledger.record.RecordDescriptor;
import openclaw.edge.ledger.record.UsageRecordDescriptor;
import org.agrona.concurrent.UnsafeBuffer;

/** The order of records in archives: by tenant, life, lane and sequence. Sorts places of records in memory. */
final class UsageOrder {
    private UsageOrder() {}

    static int compare(final UnsafeBuffer one, final int oneAt, final UnsafeBuffer other, final int otherAt) {
        int order = compare(one, oneAt, other, otherAt, UsageRecordDescriptor.TENANT_OFFSET);
        if (order == 0) {
            order = compare(one, oneAt, other, otherAt, RecordDescriptor.LIFE_HIGH_OFFSET);
        }
        if (order == 0) {
            order = compare(one, oneAt, other, otherAt, RecordDescriptor.LIFE_LOW_OFFSET);
        }
        if (order == 0) {
            order = Integer.compare(lane(one, oneAt), lane(other, otherAt));
        }
        return order != 0 ? order : compare(one, oneAt, other, otherAt, UsageRecordDescriptor.SEQUENCE_OFFSET);
    }

    private static int lane(final UnsafeBuffer buffer, final int at) {
        return buffer.getShort(at + RecordDescriptor.LANE_OFFSET, LITTLE_ENDIAN) & 0xFFFF;
    }

    private static int compare(
            final UnsafeBuffer one, final int oneAt, final UnsafeBuffer other, final int otherAt, final int offset) {
        return Long.compareUnsigned(
                one.getLong(oneAt + offset, LITTLE_ENDIAN), other.getLong(otherAt + offset, LITTLE_ENDIAN));
    }

    /**
     * Sorts, by merging ever longer stretches: records come in long stretches that are in order already.
     *
     * @param buffer that holds records, all of one length
     * @param count how many of them from offset 0
     * @return their numbers in order
     */
    static int[] sort(final UnsafeBuffer buffer, final int count) {
        int[] from = new int[count];
        int[] to = new int[count];
        for (int i = 0; i < count; i++) {
            from[i] = i;
        }
        for (int width = 1; width < count; width *= 2) {
            for (int start = 0; start < count; start += 2 * width) {
                final int middle = Math.min(start + width, count);
                merge(buffer, from, to, start, middle, Math.min(middle + width, count));
            }
            final int[] swapped = from;
            from = to;
            to = swapped;
        }
        return from;
    }

    private static void merge(
            final UnsafeBuffer buffer,
            final int[] from,
            final int[] to,
            final int start,
            final int middle,
            final int end) {
        if (middle == end || compare(buffer, from[middle - 1], from[middle]) <= 0) {
            System.arraycopy(from, start, to, start, end - start);
            return;
        }
        int left = start;
        int right = middle;
        for (int i = start; i < end; i++) {
            final boolean takesLeft = left < middle && (right == end || compare(buffer, from[left], from[right]) <= 0);
            to[i] = takesLeft ? from[left++] : from[right++];
        }
    }

    private static int compare(final UnsafeBuffer buffer, final int one, final int other) {
        return compare(buffer, one * UsageRecordDescriptor.LENGTH, buffer, other * UsageRecordDescriptor.LENGTH);
    }
}
