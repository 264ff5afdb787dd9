package openclaw.edge.crdt;

/**
 * The quota of one tenant in one billing cycle, with the limit and mode that the present catalog gives it. Immutable;
 * obtained from {@link QuotaTable#row}, off the event loops, and kept in a snapshot.
 */
public final class QuotaRow {

    private final int slotOffset;
    private final long life;
    private final long limitTokens;
    private final boolean denying;

    QuotaRow(final int slotOffset, final long life, final long limitTokens, final boolean denying) {
        this.slotOffset = slotOffset;
        this.life = life;
        this.limitTokens = limitTokens;
        this.denying = denying;
    }

    /** Tokens of the cycle. */
    public long limitTokens() {
        return limitTokens;
    }

    /** True if requests past the quota are refused, false if they are only counted. */
    public boolean isDenying() {
        return denying;
    }

    /** Offset of the row in the quota file. */
    int slotOffset() {
        return slotOffset;
    }

    /** The row's life word while it belongs to this tenant and cycle. */
    long life() {
        return life;
    }
}
