package openclaw.edge.bench.sums;

import java.io.IOException;
import java.sql.SQLException;
import java.util.Map;

/** Somebody who sums up the same usage. Used by one thread, whatever threads it has itself. */
interface Contender extends AutoCloseable {
    /** As the table names it. */
    String name();

    /** What it verifies while it sums up. */
    String checks();

    /**
     * Sums up the cycle, from the beginning.
     *
     * @param threads that may run at the same time, 1 or more
     * @return by tenant; who used nothing may be absent
     * @throws IOException when a file cannot be read, or does not hold what it should
     * @throws SQLException when a database refuses
     */
    Map<String, TenantSum> sums(int threads) throws IOException, SQLException;

    /** CPU time of the processes that sum up, so far, in nanoseconds. */
    long cpuNs() throws IOException;

    /** Bytes that {@link #sums} has to read of its files. */
    long bytesRead() throws IOException, SQLException;

    @Override
    void close() throws IOException, SQLException;
}
