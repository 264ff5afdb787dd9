package openclaw.edge.billing.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Statements of one transaction: text and whole numbers, nothing else. Not thread-safe. */
final class Sql {
    private static final int BATCH_ROWS = 1_000;
    private static final Map<Integer, String> PLACES = new ConcurrentHashMap<>();

    private final Connection connection;
    private final boolean isPostgresql;

    Sql(Connection connection, boolean isPostgresql) {
        this.connection = connection;
        this.isPostgresql = isPostgresql;
    }

    /** Makes an object of a row. */
    interface Row<T> {
        T of(ResultSet row) throws SQLException;
    }

    boolean isPostgresql() {
        return isPostgresql;
    }

    /** Runs a statement without parameters. */
    void run(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** Changes rows; answers how many. */
    int update(String sql, Object... values) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            set(statement, values);
            return statement.executeUpdate();
        }
    }

    /** Inserts rows, each an array of the columns' values in their order. */
    void insert(String table, Iterator<Object[]> rows) throws SQLException {
        if (!rows.hasNext()) {
            return;
        }
        Object[] row = rows.next();
        String sql = "INSERT INTO " + table + " VALUES (" + places(row.length) + ")";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            int waiting = 0;
            while (row != null) {
                set(statement, row);
                statement.addBatch();
                row = rows.hasNext() ? rows.next() : null;
                if (++waiting == BATCH_ROWS || row == null) {
                    statement.executeBatch();
                    waiting = 0;
                }
            }
        }
    }

    private static String places(int columns) {
        return PLACES.computeIfAbsent(columns, n -> "?" + ", ?".repeat(n - 1));
    }

    /** Reads all rows. */
    <T> List<T> list(String sql, Row<T> row, Object... values) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            set(statement, values);
            try (ResultSet rows = statement.executeQuery()) {
                List<T> list = new ArrayList<>();
                while (rows.next()) {
                    list.add(row.of(rows));
                }
                return list;
            }
        }
    }

    /** Reads one number; the given one where there is no row. */
    long number(long otherwise, String sql, Object... values) throws SQLException {
        List<Long> numbers = list(sql, row -> row.getLong(1), values);
        return numbers.isEmpty() ? otherwise : numbers.get(0);
    }

    private static void set(PreparedStatement statement, Object... values) throws SQLException {
        for (int i = 0; i < values.length; i++) {
            if (values[i] instanceof String text) {
                statement.setString(i + 1, text);
            } else if (values[i] instanceof Long number) {
                statement.setLong(i + 1, number);
            } else if (values[i] instanceof Integer number) {
                statement.setLong(i + 1, number);
            } else if (values[i] == null) {
                statement.setNull(i + 1, Types.NULL);
            } else {
                throw new IllegalArgumentException("a " + values[i].getClass().getName() + " is not kept in stores");
            }
        }
    }
}
