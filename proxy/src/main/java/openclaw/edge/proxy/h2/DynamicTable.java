package openclaw.edge.proxy.h2;

/** HPACK's dynamic table of one direction of one connection (RFC 7541 section 2.3.2): a ring, the newest entry first. */
final class DynamicTable {
    /** What each entry counts beside name and value. */
    static final int ENTRY_OVERHEAD_BYTES = 32;

    /** The size that is in force without a word about it, and the largest here. */
    static final int MAX_BYTES = 4096;

    private static final int SLOTS = 128;

    private final FieldLine[] ring = new FieldLine[SLOTS];
    private int newest;
    private int count;
    private int bytes;
    private int limitBytes = MAX_BYTES;

    int count() {
        return count;
    }

    /** The entry that was added {@code index} entries before the newest. */
    FieldLine get(final int index) {
        return ring[(newest - index) & (SLOTS - 1)];
    }

    /** Adds an entry; others make room for it. One that is larger than the table leaves it empty. */
    void add(final FieldLine line) {
        final int needed = line.tableBytes();
        evict(limitBytes - needed);
        if (needed <= limitBytes) {
            newest = (newest + 1) & (SLOTS - 1);
            ring[newest] = line;
            count++;
            bytes += needed;
        }
    }

    /** @param most at most {@link #MAX_BYTES} */
    void limit(final int most) {
        limitBytes = most;
        evict(most);
    }

    /** An entry counts 32 bytes at least, so the table never has more than its slots. */
    private void evict(final int mostBytes) {
        while (count > 0 && bytes > mostBytes) {
            final int oldest = (newest - count + 1) & (SLOTS - 1);
            bytes -= ring[oldest].tableBytes();
            ring[oldest] = null;
            count--;
        }
    }
}
