package openclaw.edge.billing.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Brings a store's tables to this release's version, under the store's lock and in the transaction of the caller: a store has
 * a version whole or not at all. Versions are never edited once released; a change is a further one.
 */
final class Migrations {
    private static final List<String> VERSIONS = List.of("V1__finalized_cycles.sql", "V2__outbox.sql");

    private Migrations() {}

    /** The version of this release. */
    static int latest() {
        return VERSIONS.size();
    }

    /** The version of a store; 0 when there is none. */
    static long version(Sql sql) throws SQLException {
        String there = sql.isPostgresql()
                ? "SELECT count(*) FROM information_schema.tables WHERE table_schema = current_schema()"
                        + " AND table_name = 'store_version'"
                : "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'store_version'";
        return sql.number(0, there) == 0 ? 0 : sql.number(0, "SELECT max(version) FROM store_version");
    }

    /**
     * As {@link #version}.
     *
     * @throws StoreException when this release does not know it
     */
    static long knownVersion(Sql sql) throws SQLException, StoreException {
        long version = version(sql);
        if (version > VERSIONS.size()) {
            throw new StoreException("it has version " + version
                    + ", made by a later release; this one knows versions up to " + VERSIONS.size());
        }
        return version;
    }

    /**
     * Applies what is missing.
     *
     * @return whether anything was
     */
    static boolean apply(Sql sql) throws SQLException, IOException {
        long version = knownVersion(sql);
        if (version == VERSIONS.size()) {
            return false;
        }
        if (version == 0) {
            sql.run(forDialect(sql, "CREATE TABLE store_version (version {LONG} NOT NULL PRIMARY KEY){STRICT}"));
        }
        for (int next = (int) version; next < VERSIONS.size(); next++) {
            for (String statement : statements(VERSIONS.get(next))) {
                sql.run(forDialect(sql, statement));
            }
            sql.update("INSERT INTO store_version VALUES (?)", next + 1);
        }
        return true;
    }

    private static String forDialect(Sql sql, String statement) {
        return statement
                .replace("{LONG}", sql.isPostgresql() ? "BIGINT" : "INTEGER")
                .replace("{STRICT}", sql.isPostgresql() ? "" : " STRICT");
    }

    private static List<String> statements(String resource) throws IOException {
        try (InputStream in = Migrations.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException(resource + " is not in the jar");
            }
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8).replaceAll("(?m)^--.*$", "");
            return Pattern.compile(";")
                    .splitAsStream(text)
                    .map(String::strip)
                    .filter(statement -> !statement.isEmpty())
                    .toList();
        }
    }
}
