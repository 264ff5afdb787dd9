package openclaw.edge.proxy.notice;

import openclaw.edge.crdt.QuotaRow;
import openclaw.edge.crdt.QuotaTable;

/** Which notices were sent: a grow-only set of bits on each quota row, known to all members sooner or later. */
public interface NoticeMarks {
    /** The bits of a row; 0 when it was released. */
    int sent(QuotaRow row);

    /** Adds bits to those of a row; does nothing when it was released. */
    void note(QuotaRow row, int bits);

    /** Those of a node's table. */
    static NoticeMarks of(final QuotaTable quotas) {
        return new NoticeMarks() {
            @Override
            public int sent(final QuotaRow row) {
                return quotas.notices(row);
            }

            @Override
            public void note(final QuotaRow row, final int bits) {
                quotas.addNotices(row, bits);
            }
        };
    }
}
