package openclaw.edge.bench.sums;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;

/** What databases have in common. */
final class SqlSums {
    private SqlSums() {}

    /** Executes statements, one after the other. */
    static void execute(final Connection connection, final String... statements) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (final String each : statements) {
                statement.execute(each);
            }
        }
    }

    /** The number that a query answers. */
    static long number(final Connection connection, final String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            if (!row.next()) {
                throw new SQLException("no row: " + query);
            }
            return row.getLong(1);
        }
    }

    /** Sums by tenant, of a query as {@link UsageColumn#sumsOf} makes it. */
    static Map<String, TenantSum> sums(final Connection connection, final String query, final Source source)
            throws SQLException {
        final Map<String, TenantSum> sums = new HashMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            while (row.next()) {
                final long id = row.getLong(1);
                final String tenant = source.nameById().getOrDefault(id, "#" + Long.toHexString(id));
                sums.put(tenant, new TenantSum(row.getLong(2), row.getLong(3)));
            }
        }
        return sums;
    }
}
