package openclaw.edge.ledger.retain;

/**
 * A registered reader of a journal.
 *
 * @param name of its own in the journal
 * @param registeredNs when, cycle time
 * @param lastCommit what it committed last, or null when nothing yet
 * @param position all that it has committed
 */
public record Reader(String name, long registeredNs, Commit lastCommit, Position position) {
    /**
     * A commit.
     *
     * @param what was committed, for people: a billing cycle for example
     * @param timeNs when, cycle time
     * @param records that were not committed before
     */
    public record Commit(String what, long timeNs, long records) {}
}
