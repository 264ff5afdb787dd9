package openclaw.edge.bench.sums;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import openclaw.edge.ledger.record.UsageRecord;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/** A PostgreSQL server of its own, with the records in one table without indexes. */
final class PostgresSums implements Contender {
    private static final UsageColumn[] COLUMNS = UsageColumn.values();
    private static final int BUFFER_LENGTH = 1 << 16;
    private static final int ROW_LENGTH = Short.BYTES + COLUMNS.length * (Integer.BYTES + Long.BYTES);

    /** What COPY's binary format begins with: its name, no flags, no extension. */
    private static final byte[] HEADER = "PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0".getBytes(StandardCharsets.ISO_8859_1);

    private final Source source;
    private final EmbeddedPostgres server;
    private final Connection connection;
    private final long pid;
    private int threadsSet;

    private PostgresSums(final Source source, final Path work, final int threads) throws IOException, SQLException {
        this.source = source;
        final Path data = work.resolve("postgres");
        this.server = EmbeddedPostgres.builder()
                .setDataDirectory(data)
                .setServerConfig("shared_buffers", "1GB")
                .setServerConfig("work_mem", "256MB")
                .setServerConfig("max_wal_size", "4GB")
                .setServerConfig("autovacuum", "off")
                .setServerConfig("fsync", "off")
                .setServerConfig("max_worker_processes", Integer.toString(threads + 8))
                .setServerConfig("max_parallel_workers", Integer.toString(threads))
                .start();
        this.connection = server.getPostgresDatabase().getConnection();
        this.pid = Long.parseLong(
                Files.readAllLines(data.resolve("postmaster.pid")).get(0).strip());
    }

    /**
     * Starts a server and copies the journal into it.
     *
     * @param source of the records
     * @param work folder in which the server's own is made
     * @param threads most that will be asked for
     * @return what asks the server
     */
    static PostgresSums export(final Source source, final Path work, final int threads)
            throws IOException, SQLException {
        final PostgresSums sums = new PostgresSums(source, work, threads);
        try {
            sums.copy();
        } catch (final IOException | SQLException | RuntimeException e) {
            sums.close();
            throw e;
        }
        return sums;
    }

    private void copy() throws IOException, SQLException {
        SqlSums.execute(connection, "CREATE UNLOGGED TABLE usage " + UsageColumn.definitions());
        final CopyIn copy =
                connection.unwrap(PGConnection.class).getCopyAPI().copyIn("COPY usage FROM STDIN (FORMAT binary)");
        final ByteBuffer rows = ByteBuffer.allocate(BUFFER_LENGTH).put(HEADER);
        source.read(List.of(record -> put(copy, rows, record)));
        rows.putShort((short) -1);
        copy.writeToCopy(rows.array(), rows.arrayOffset(), rows.position());
        copy.endCopy();
        // As it would be some time after it was loaded: no row has to be looked up in the log of transactions.
        SqlSums.execute(connection, "VACUUM (FREEZE, ANALYZE) usage", "CHECKPOINT");
    }

    private static void put(final CopyIn copy, final ByteBuffer rows, final UsageRecord record) {
        rows.putShort((short) COLUMNS.length);
        for (final UsageColumn column : COLUMNS) {
            final long value = column.of(record);
            switch (column.type()) {
                case "BIGINT" -> rows.putInt(Long.BYTES).putLong(value);
                case "INTEGER" -> rows.putInt(Integer.BYTES).putInt((int) value);
                case "SMALLINT" -> rows.putInt(Short.BYTES).putShort((short) value);
                default -> rows.putInt(1).put((byte) value);
            }
        }
        if (rows.remaining() < ROW_LENGTH) {
            try {
                copy.writeToCopy(rows.array(), rows.arrayOffset(), rows.position());
            } catch (final SQLException e) {
                throw new UncheckedIOException(new IOException("PostgreSQL takes no row: " + e.getMessage(), e));
            }
            rows.clear();
        }
    }

    @Override
    public String name() {
        return "PostgreSQL";
    }

    @Override
    public String checks() {
        return "pages, where they are not in its buffers; nothing of the records";
    }

    @Override
    public Map<String, TenantSum> sums(final int threads) throws SQLException {
        if (threads != threadsSet) {
            final int helpers = threads - 1;
            SqlSums.execute(
                    connection,
                    "SET max_parallel_workers_per_gather TO " + helpers,
                    "SET min_parallel_table_scan_size TO 0",
                    "SET parallel_setup_cost TO 0",
                    "ALTER TABLE usage SET (parallel_workers = " + helpers + ")");
            threadsSet = threads;
        }
        return SqlSums.sums(connection, UsageColumn.sumsOf("usage", source), source);
    }

    @Override
    public long cpuNs() throws IOException {
        return ProcessCpu.treeNs(pid);
    }

    @Override
    public long bytesRead() throws SQLException {
        return SqlSums.number(connection, "SELECT pg_relation_size('usage')");
    }

    @Override
    public void close() throws IOException, SQLException {
        try (connection) {
            server.close();
        }
    }
}
