package openclaw.edge.proxy.exchange;

/** How safe the usage records of one event loop are: whoever ends a response waits until its record is. */
public interface Durability {
    /** Records count as safe when they are committed: the process may die, the machine must not. */
    Durability PROCESS = new Durability() {
        @Override
        public long committed() {
            return 0;
        }

        @Override
        public long durable() {
            return Long.MAX_VALUE;
        }

        @Override
        public void onDurable(final Runnable wake) {}
    };

    /** Sequence of the record that was committed last, 0 before the first. On the loop. */
    long committed();

    /** Records up to this sequence survive whatever befalls the machine; it never falls. On the loop. */
    long durable();

    /**
     * Sets what is run, on any thread, each time that {@link #durable} has moved. Once, before the loop serves anybody.
     *
     * @param wake returns at once, and may be run more often than need be
     */
    void onDurable(Runnable wake);
}
