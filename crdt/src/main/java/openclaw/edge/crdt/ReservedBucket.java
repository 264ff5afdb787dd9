package openclaw.edge.crdt;

/**
 * A bucket that a catalog has reserved: a tenant's, or the shared overflow bucket of its agents. Immutable; kept in the
 * snapshot that the catalog belongs to. When a later catalog no longer reserves it, its slot may be reclaimed once it is
 * full, and decisions through this handle then answer {@link Decision#REASON_STALE}.
 */
public final class ReservedBucket {

    private final int slotOffset;
    private final long life;
    private final LimitSpec spec;

    ReservedBucket(final int slotOffset, final long life, final LimitSpec spec) {
        this.slotOffset = slotOffset;
        this.life = life;
        this.spec = spec;
    }

    /** Capacity and pace. */
    public LimitSpec spec() {
        return spec;
    }

    /** Offset of the slot in the table's file. */
    int slotOffset() {
        return slotOffset;
    }

    /** The slot's life word while it belongs to this bucket. */
    long life() {
        return life;
    }
}
