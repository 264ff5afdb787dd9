package openclaw.edge.billing.store;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;
import org.sqlite.SQLiteConfig;

/** Opens connections to a store. A seam: tests cut connections at any statement. */
@FunctionalInterface
public interface Connections {
    /** How long one process waits for the transaction of another. */
    int LOCK_WAIT_SECONDS = 60;

    /** A new connection, which does not commit by itself. */
    Connection open() throws SQLException;

    /** To an address. Classes of a database's driver are loaded with its first connection. */
    static Connections to(StoreAddress address) {
        return () -> {
            Connection connection = address.isPostgresql() ? postgresql(address) : sqlite(address);
            connection.setAutoCommit(false);
            return connection;
        };
    }

    private static Connection sqlite(StoreAddress address) throws SQLException {
        SQLiteConfig config = new SQLiteConfig();
        // A transaction that begins by reading and then writes would fail when another one wrote in between.
        config.setTransactionMode(SQLiteConfig.TransactionMode.IMMEDIATE);
        config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
        config.setBusyTimeout(LOCK_WAIT_SECONDS * 1_000);
        config.enforceForeignKeys(true);
        return config.createConnection(address.url());
    }

    private static Connection postgresql(StoreAddress address) throws SQLException {
        Properties properties = new Properties();
        if (address.user() != null) {
            properties.setProperty("user", address.user());
        }
        if (address.password() != null) {
            properties.setProperty("password", address.password());
        }
        properties.setProperty("loginTimeout", "15");
        properties.setProperty("reWriteBatchedInserts", "true");
        properties.setProperty("ApplicationName", "edge billing");
        properties.setProperty("options", "-c lock_timeout=" + LOCK_WAIT_SECONDS + "s");
        return DriverManager.getConnection(address.url(), properties);
    }
}
