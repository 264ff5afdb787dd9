package openclaw.edge.billing.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;

/**
 * A store that is open. Every transaction holds the store's one lock from its beginning, so that of two processes one waits
 * for the other. One connection, opened anew for each transaction: a cut connection costs nothing but an error.
 */
public final class Store {
    /** The lock of all transactions in PostgreSQL: the first eight bytes of the project's name. */
    private static final long LOCK = 0x6F70656E636C6177L;

    private final StoreAddress address;
    private final Connections connections;
    private volatile boolean isAbsent;

    private Store(StoreAddress address, Connections connections) {
        this.address = address;
        this.connections = connections;
    }

    /**
     * Opens a store, made or brought to this release's version where need be.
     *
     * @throws StoreException when it cannot be reached, or was made by a later release
     */
    public static Store open(StoreAddress address) throws IOException {
        return open(address, Connections.to(address));
    }

    /** The same by other connections. */
    public static Store open(StoreAddress address, Connections connections) throws IOException {
        Store store = new Store(address, connections);
        store.make();
        return store;
    }

    /**
     * Opens a store, and makes nothing where there is none: it is empty then, until something is put into it.
     *
     * @throws StoreException when it cannot be reached, or was made by a later release
     */
    public static Store openOrBegin(StoreAddress address) throws IOException {
        Store store = new Store(address, Connections.to(address));
        Path file = address.file();
        // A file without a byte is what a process left that was killed as it began the store.
        boolean isNoFile = file != null && (!Files.exists(file) || Files.size(file) == 0);
        store.isAbsent = isNoFile || store.transaction(Migrations::version) == 0;
        if (!store.isAbsent) {
            store.make();
        }
        return store;
    }

    /** Whether nothing has been made yet, and reading it would. */
    boolean isAbsent() {
        return isAbsent;
    }

    /** Makes what is not there yet, of this release's version. */
    void make() throws IOException {
        if (address.file() != null) {
            Path parent = address.file().toAbsolutePath().getParent();
            if (parent != null) {
                Files.createDirectories(parent);
            }
        }
        transaction(Migrations::apply);
        isAbsent = false;
    }

    /**
     * Opens a store that was made before, brought to this release's version where need be.
     *
     * @throws StoreException when there is none
     */
    public static Store openExisting(StoreAddress address) throws IOException {
        Store store = openToRead(address);
        store.transaction(Migrations::apply);
        return store;
    }

    /**
     * Opens a store that was made before, by this or an earlier release, and leaves it as it is. What finalized cycles are read
     * from is the same in all versions; the outbox is not.
     *
     * @throws StoreException when there is none, or a later release has made it
     */
    public static Store openToRead(StoreAddress address) throws IOException {
        Path file = address.file();
        if (file != null && !Files.exists(file)) {
            throw new StoreException("no store at " + address);
        }
        // SQLite takes a file without a byte for a database, and makes one of it.
        if (file != null && Files.size(file) == 0) {
            throw new StoreException("no store at " + address + ": the file is empty");
        }
        Store store = new Store(address, Connections.to(address));
        if (store.transaction(Migrations::knownVersion) == 0) {
            throw new StoreException("no store at " + address + ": its tables are not there");
        }
        return store;
    }

    /** Work within a transaction. */
    interface Work<T> {
        T in(Sql sql) throws SQLException, IOException;
    }

    /** Commits what the work did when it returns; otherwise nothing of it happened. */
    <T> T transaction(Work<T> work) throws IOException {
        try (Connection connection = connections.open()) {
            Sql sql = new Sql(connection, address.isPostgresql());
            T result;
            try {
                if (sql.isPostgresql()) {
                    sql.list("SELECT pg_advisory_xact_lock(?)", row -> true, LOCK);
                }
                result = work.in(sql);
            } catch (SQLException | IOException | RuntimeException e) {
                rollback(connection, e);
                throw e;
            }
            connection.commit();
            return result;
        } catch (SQLException e) {
            throw new StoreException("store " + address + ": " + address.hide(firstLine(e)));
        } catch (StoreException e) {
            throw new StoreException("store " + address + ": " + address.hide(e.getMessage()));
        }
    }

    private static void rollback(Connection connection, Exception cause) {
        try {
            connection.rollback();
        } catch (SQLException e) {
            cause.addSuppressed(e);
        }
    }

    private static String firstLine(SQLException e) {
        String message = String.valueOf(e.getMessage());
        return e.getCause() == null
                        || message.contains(String.valueOf(e.getCause().getMessage()))
                ? message
                : message + " (" + e.getCause().getMessage() + ")";
    }

    /** The address, without any password. */
    @Override
    public String toString() {
        return address.toString();
    }
}
