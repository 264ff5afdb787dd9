package openclaw.edge.crdt;

/** Where a slot was found, and the life word it had; an out-parameter, one for each thread. */
final class FoundSlot {

    private int offset;
    private long life;

    void set(final int slotOffset, final long lifeWord) {
        offset = slotOffset;
        life = lifeWord;
    }

    int offset() {
        return offset;
    }

    long life() {
        return life;
    }
}
