package openclaw.edge.ledger.lane;

import java.io.IOException;

/** Whether this process still has its data directory. */
@FunctionalInterface
public interface DirectoryRight {
    /** Of lanes that nobody else can reach. */
    DirectoryRight UNCHECKED = () -> {};

    /**
     * Makes sure of it: a lock that was removed is put back.
     *
     * @throws IOException when another process has the directory by now
     */
    void check() throws IOException;
}
