package openclaw.edge.bench.sums;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import openclaw.edge.ledger.record.UsageRecord;
import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBConnection;

/** DuckDB, in this process, over a Parquet file that it wrote itself with its own settings. */
final class DuckDbSums implements Contender {
    private static final UsageColumn[] COLUMNS = UsageColumn.values();

    private final Source source;
    private final Path parquet;
    private final Connection connection;
    private int threadsSet;

    private DuckDbSums(final Source source, final Path parquet) throws SQLException {
        this.source = source;
        this.parquet = parquet;
        this.connection = DriverManager.getConnection("jdbc:duckdb:");
    }

    /**
     * Exports the journal to {@code usage.parquet}.
     *
     * @param source of the records
     * @param work folder in which the file is made
     * @return what reads the file
     */
    static DuckDbSums export(final Source source, final Path work) throws IOException, SQLException {
        final Path database = work.resolve("export.duckdb");
        final Path parquet = work.resolve("usage.parquet");
        try (Connection connection = DriverManager.getConnection("jdbc:duckdb:" + database)) {
            SqlSums.execute(connection, "CREATE TABLE usage " + UsageColumn.definitions());
            try (DuckDBAppender appender =
                    connection.unwrap(DuckDBConnection.class).createAppender("main", "usage")) {
                source.read(List.of(record -> append(appender, record)));
            }
            SqlSums.execute(
                    connection, "COPY usage TO '" + parquet.toString().replace("'", "''") + "' (FORMAT parquet)");
        } finally {
            Files.deleteIfExists(database);
            Files.deleteIfExists(work.resolve("export.duckdb.wal"));
        }
        return new DuckDbSums(source, parquet);
    }

    private static void append(final DuckDBAppender appender, final UsageRecord record) {
        try {
            appender.beginRow();
            for (final UsageColumn column : COLUMNS) {
                final long value = column.of(record);
                switch (column.type()) {
                    case "BIGINT" -> appender.append(value);
                    case "INTEGER" -> appender.append((int) value);
                    case "SMALLINT" -> appender.append((short) value);
                    default -> appender.append(value != 0);
                }
            }
            appender.endRow();
        } catch (final SQLException e) {
            throw new UncheckedIOException(new IOException("DuckDB takes no row: " + e.getMessage(), e));
        }
    }

    @Override
    public String name() {
        return "DuckDB, Parquet";
    }

    @Override
    public String checks() {
        return "nothing of the records";
    }

    @Override
    public Map<String, TenantSum> sums(final int threads) throws SQLException {
        if (threads != threadsSet) {
            SqlSums.execute(connection, "SET threads TO " + threads);
            threadsSet = threads;
        }
        return SqlSums.sums(connection, UsageColumn.sumsOf(table(), source), source);
    }

    private String table() {
        return "read_parquet('" + parquet.toString().replace("'", "''") + "')";
    }

    @Override
    public long cpuNs() {
        return ProcessCpu.ownNs();
    }

    /** The pages of the columns that the query names. */
    @Override
    public long bytesRead() throws SQLException {
        return SqlSums.number(
                connection,
                "SELECT sum(total_compressed_size)::BIGINT FROM parquet_metadata('"
                        + parquet.toString().replace("'", "''") + "') WHERE path_in_schema IN ("
                        + UsageColumn.READ_BY_SUMS + ")");
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
