package openclaw.edge.ledger.lane;

import static openclaw.edge.ledger.lane.LaneDescriptor.*;

import org.agrona.concurrent.UnsafeBuffer;

/**
 * Totals of responses served without a record, by tenant and minute, in the lane's file so that a kill keeps them.
 * Written by the event loop; the journal thread writes only how much of an entry it has journaled.
 *
 * <p>An entry is used for another tenant or minute once all of it is journaled. With none to be had, the entry without a
 * tenant takes the sum.
 */
final class LossTable {
    private static final long PERIOD_NS = 60_000_000_000L;
    private static final int SUM_ENTRY = 0;

    private final UnsafeBuffer buffer;
    private final int offset;
    private long lastId;

    LossTable(final UnsafeBuffer buffer, final int offset) {
        this.buffer = buffer;
        this.offset = offset;
    }

    void add(final byte[] tenant, final int from, final int length, final long tokens, final long nowNs) {
        int reusable = -1;
        for (int i = SUM_ENTRY + 1; i < LOSS_ENTRIES; i++) {
            final int at = offset + i * LOSS_LENGTH;
            if (isOf(at, tenant, from, length, nowNs)) {
                count(at, tokens, nowNs);
                return;
            }
            if (reusable < 0 && isJournaled(at)) {
                reusable = at;
            }
        }
        if (reusable >= 0 && length <= LOSS_LENGTH - LOSS_TENANT_OFFSET) {
            begin(reusable, tenant, from, length, nowNs);
            count(reusable, tokens, nowNs);
        } else {
            addToSum(tenant, tokens, nowNs);
        }
    }

    private void addToSum(final byte[] unused, final long tokens, final long nowNs) {
        final int at = offset + SUM_ENTRY * LOSS_LENGTH;
        if (buffer.getLong(at + LOSS_ID_OFFSET) == 0) {
            begin(at, unused, 0, 0, nowNs);
        }
        count(at, tokens, nowNs);
    }

    private boolean isOf(final int at, final byte[] tenant, final int from, final int length, final long nowNs) {
        if (buffer.getLong(at + LOSS_ID_OFFSET) == 0
                || buffer.getInt(at + LOSS_TENANT_LENGTH_OFFSET) != length
                || Math.floorDiv(buffer.getLong(at + LOSS_FIRST_NS_OFFSET), PERIOD_NS)
                        != Math.floorDiv(nowNs, PERIOD_NS)) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (buffer.getByte(at + LOSS_TENANT_OFFSET + i) != tenant[from + i]) {
                return false;
            }
        }
        return true;
    }

    private boolean isJournaled(final int at) {
        return buffer.getLongVolatile(at + LOSS_JOURNALED_OFFSET) == buffer.getLong(at + LOSS_REQUESTS_OFFSET);
    }

    private void begin(final int at, final byte[] tenant, final int from, final int length, final long nowNs) {
        buffer.putLongVolatile(at + LOSS_ID_OFFSET, 0);
        buffer.putLong(at + LOSS_REQUESTS_OFFSET, 0);
        buffer.putLong(at + LOSS_JOURNALED_OFFSET, 0);
        buffer.putLong(at + LOSS_TOKENS_OFFSET, 0);
        buffer.putLong(at + LOSS_FIRST_NS_OFFSET, nowNs);
        buffer.putLong(at + LOSS_LAST_NS_OFFSET, nowNs);
        buffer.putInt(at + LOSS_TENANT_LENGTH_OFFSET, length);
        buffer.putBytes(at + LOSS_TENANT_OFFSET, tenant, from, length);
        buffer.putLongRelease(at + LOSS_ID_OFFSET, ++lastId);
    }

    private void count(final int at, final long tokens, final long nowNs) {
        buffer.putLong(at + LOSS_LAST_NS_OFFSET, nowNs);
        buffer.putLong(at + LOSS_TOKENS_OFFSET, buffer.getLong(at + LOSS_TOKENS_OFFSET) + tokens);
        buffer.putLongRelease(at + LOSS_REQUESTS_OFFSET, buffer.getLong(at + LOSS_REQUESTS_OFFSET) + 1);
    }
}
