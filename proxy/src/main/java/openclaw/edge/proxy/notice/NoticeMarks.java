package openclaw.edge.proxy.notice;

import openclaw.edge.crdt.QuotaRow;

/** Which notices were sent: a grow-only set of bits on each quota row, known to all members sooner or later. */
public interface NoticeMarks {
    /** The bits of a row; 0 when it was released. */
    int sent(QuotaRow row);

    /**
     * Adds bits to those of a row.
     *
     * @return false when the row was released
     */
    boolean note(QuotaRow row, int bits);
}
