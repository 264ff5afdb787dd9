package openclaw.edge.crdt;

/** What a new slot starts with; an in-parameter, one for each thread, so that creating allocates nothing. */
final class SlotBirth {

    private int kind;
    private int owner;
    private long limit;
    private long word;

    /**
     * Sets all.
     *
     * @param slotKind one of the {@code KIND_} constants of {@link BucketSlotDescriptor}.
     * @param ownerOffset of an agent's slot its overflow slot, else 0.
     * @param limitWord version and pace, or a quota row's cycle.
     * @param firstWord virtual time, or 0.
     * @return this.
     */
    SlotBirth of(final int slotKind, final int ownerOffset, final long limitWord, final long firstWord) {
        kind = slotKind;
        owner = ownerOffset;
        limit = limitWord;
        word = firstWord;
        return this;
    }

    int kind() {
        return kind;
    }

    int owner() {
        return owner;
    }

    long limit() {
        return limit;
    }

    long word() {
        return word;
    }
}
