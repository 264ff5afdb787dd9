package openclaw.edge.ledger.lane;

/** Up to which sequence a lane's records survive a loss of power. Written by the forcing thread, read by any. */
public final class DurableWatermark {
    private volatile long sequence;
    private volatile Runnable listener;

    /**
     * A watermark at its beginning.
     *
     * @param durability of the ledger: under PROCESS nothing waits, and it stands at Long.MAX_VALUE for good
     */
    public DurableWatermark(final Durability durability) {
        sequence = durability == Durability.POWER ? 0 : Long.MAX_VALUE;
    }

    /**
     * Where it stands, with acquire.
     *
     * @return 0 before the first force
     */
    public long sequence() {
        return sequence;
    }

    void advance(final long to) {
        sequence = to;
        final Runnable told = listener;
        if (told != null) {
            told.run();
        }
    }

    void listener(final Runnable next) {
        listener = next;
    }
}
