package openclaw.edge.billing.store;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Assumptions;

/** Both kinds of store for tests: a new SQLite file, or a new schema in one real PostgreSQL that lives as long as the JVM. */
public enum Databases {
    SQLITE {
        @Override
        public String newStore(Path dir) {
            return dir.resolve("store-" + NEXT.incrementAndGet() + ".db").toString();
        }
    },
    POSTGRESQL {
        @Override
        public String newStore(Path dir) {
            EmbeddedPostgres server = Server.INSTANCE;
            if (server == null) {
                System.err.println("SKIPPED on PostgreSQL: " + Server.PROBLEM);
                Assumptions.abort("PostgreSQL could not be started: " + Server.PROBLEM);
            }
            String schema = "store_" + NEXT.incrementAndGet();
            try (Connection connection = server.getPostgresDatabase().getConnection();
                    Statement statement = connection.createStatement()) {
                statement.execute("CREATE SCHEMA " + schema);
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
            return server.getJdbcUrl("postgres", "postgres") + "&currentSchema=" + schema;
        }
    };

    private static final List<String> TABLES = List.of(
            "store_version",
            "finalizations",
            "tenants",
            "consumption",
            "number_series",
            "invoices",
            "invoice_lines",
            "line_ranges",
            "cut_off_lives",
            "cut_off_lanes",
            "accepted_missing",
            "documents",
            "outbox");
    private static final AtomicInteger NEXT = new AtomicInteger();

    /** The tables that are there, none of a store that was not begun; makes no file. */
    public static List<String> tables(String store) throws SQLException {
        if (!store.startsWith("jdbc:") && !Files.exists(Path.of(store))) {
            return List.of();
        }
        try (Connection connection = connect(store);
                ResultSet rows =
                        connection.getMetaData().getTables(null, connection.getSchema(), "%", new String[] {"TABLE"})) {
            List<String> names = new ArrayList<>();
            while (rows.next()) {
                names.add(rows.getString("TABLE_NAME"));
            }
            return names;
        }
    }

    /** What {@code --store} takes for a store that is not there yet. */
    public abstract String newStore(Path dir);

    /** Every row of every table, as text; sorted. */
    public static List<String> dump(String store) {
        List<String> dump = new ArrayList<>();
        try (Connection connection = connect(store);
                Statement statement = connection.createStatement()) {
            for (String table : TABLES) {
                try (ResultSet rows = statement.executeQuery("SELECT * FROM " + table)) {
                    while (rows.next()) {
                        StringBuilder text = new StringBuilder(table);
                        for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
                            text.append('|').append(rows.getString(i));
                        }
                        dump.add(text.toString());
                    }
                }
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        dump.sort(null);
        return dump;
    }

    /** A connection of the test's own. */
    public static Connection connect(String store) throws SQLException {
        Connection connection = Connections.to(StoreAddress.of(store, Map.of())).open();
        connection.setAutoCommit(true);
        return connection;
    }

    private static final class Server {
        static final EmbeddedPostgres INSTANCE;
        static final String PROBLEM;

        static {
            EmbeddedPostgres started = null;
            String problem = "";
            try {
                started = EmbeddedPostgres.builder()
                        .setServerConfig("fsync", "off")
                        .setServerConfig("max_connections", "20")
                        .start();
            } catch (IOException | IllegalStateException e) {
                problem = e.toString();
            }
            INSTANCE = started;
            PROBLEM = problem;
        }
    }
}
