package openclaw.edge.billing.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Addresses, versions, and what is told when a store cannot be had. */
class StoreTest {
    @TempDir
    Path dir;

    private static StoreAddress address(String text) {
        return StoreAddress.of(text, Map.of());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "jdbc:postgresql://127.0.0.1:1/none?user=u&password=hunter%2B2",
                "jdbc:postgresql://127.0.0.1:1/none?password=hunter%2B2&user=u&sslpassword=hunter%2B2",
                "jdbc:postgresql://[broken/none?PASSWORD=hunter%2B2"
            })
    void shouldTellNoPasswordOfAStoreThatCannotBeReached(String url) {
        assertThatExceptionOfType(StoreException.class)
                .isThrownBy(() -> Store.open(address(url)))
                .satisfies(e -> assertThat(e.getMessage())
                        .startsWith("store jdbc:postgresql:")
                        .doesNotContain("hunter")
                        .contains("***"));
        Map<String, String> environment = Map.of(StoreAddress.USER, "u", StoreAddress.PASSWORD, "hunter2");
        StoreAddress byEnvironment = StoreAddress.of("jdbc:postgresql://127.0.0.1:1/none", environment);
        assertThat(byEnvironment.hide("no entry for u with hunter2")).isEqualTo("no entry for u with ***");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "postgres://u:hunter2@host/db",
                "jdbc:mysql://u:hunter2@host/db",
                "jdbc:postgresql://u:hunter2@host/db"
            })
    void shouldRefuseOtherAddressesAndTellNoPassword(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> address(text))
                .satisfies(e -> assertThat(e.getMessage())
                        .contains("jdbc:postgresql://host/database")
                        .doesNotContain("hunter2"));
    }

    @ParameterizedTest
    @EnumSource
    void shouldRefuseAStoreOfALaterRelease(Databases database) throws IOException, SQLException {
        String store = database.newStore(dir);
        Store.open(address(store));
        try (Connection connection = Databases.connect(store);
                Statement statement = connection.createStatement()) {
            statement.execute("INSERT INTO store_version VALUES (99)");
        }
        assertThatExceptionOfType(StoreException.class)
                .isThrownBy(() -> Store.open(address(store)))
                .withMessageContaining("version 99, made by a later release");
        assertThatExceptionOfType(StoreException.class)
                .isThrownBy(() -> Store.openToRead(address(store)))
                .withMessageContaining("version 99, made by a later release");
    }

    @ParameterizedTest
    @EnumSource
    void shouldLeaveAStoreAsItIsThatIsOnlyRead(Databases database) throws IOException, SQLException {
        String store = database.newStore(dir);
        new FinalizedCycles(Store.open(address(store))).append(finalization(1, "2026-09"));
        try (Connection connection = Databases.connect(store);
                Statement statement = connection.createStatement()) {
            statement.execute("DELETE FROM store_version WHERE version = 2");
        }
        assertThat(new FinalizedCycles(Store.openToRead(address(store))).cycles())
                .containsExactly("2026-09");
        assertThat(version(store)).isEqualTo(1);
        Store.openExisting(address(store));
        assertThat(version(store)).isEqualTo(2);
    }

    private static long version(String store) throws SQLException {
        try (Connection connection = Databases.connect(store);
                Statement statement = connection.createStatement();
                var row = statement.executeQuery("SELECT max(version) FROM store_version")) {
            return row.next() ? row.getLong(1) : 0;
        }
    }

    @Test
    void shouldNotMakeAStoreOfAnEmptyFile() throws IOException {
        Path file = Files.createFile(dir.resolve("empty.db"));
        for (String text : List.of(file.toString(), "jdbc:sqlite:" + file)) {
            assertThatExceptionOfType(StoreException.class)
                    .isThrownBy(() -> Store.openToRead(address(text)))
                    .withMessage("no store at " + file + ": the file is empty");
            assertThat(file).isEmptyFile();
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldBeWholeOrNotAtAllWhenMakingItIsEnded(Databases database) throws IOException {
        for (int step = 1; ; step += 3) {
            String store = database.newStore(dir);
            Fault fault = Fault.before(step);
            try {
                Store.open(address(store), fault.in(address(store)));
                assertThat(fault.where()).as("step %d", step).isNull();
                return;
            } catch (StoreException e) {
                assertThatExceptionOfType(StoreException.class)
                        .as("step %d, %s", step, fault.where())
                        .isThrownBy(() -> Store.openExisting(address(store)))
                        .withMessageContaining("no store at");
            }
        }
    }

    @Test
    void shouldNotTakeAnyFileForAStore() throws IOException {
        Path file = Files.writeString(dir.resolve("billing.yaml"), "tenants: []\n".repeat(100));
        assertThatExceptionOfType(StoreException.class)
                .isThrownBy(() -> Store.open(StoreAddress.ofFile(file)))
                .withMessageContaining("not a database");
        assertThat(file).hasContent("tenants: []\n".repeat(100));
    }

    /** What a finalization was made of is what credit was left then: another one meanwhile, of any cycle, may have used it. */
    @ParameterizedTest
    @EnumSource
    void shouldAppendNothingThatWasMadeBeforeAnotherOneCame(Databases database) throws IOException {
        FinalizedCycles cycles = new FinalizedCycles(Store.open(address(database.newStore(dir))));
        assertThat(cycles.append(finalization(cycles.history("2026-09").lastId() + 1, "2026-09")))
                .isTrue();
        CycleHistory history = cycles.history("2026-10");
        assertThat(history.lastId()).isEqualTo(1);
        assertThat(cycles.append(finalization(0, "2026-08"))).isTrue();
        assertThat(cycles.append(finalization(history.lastId() + 1, "2026-10"))).isFalse();
        assertThat(cycles.cycles()).containsExactly("2026-08", "2026-09");
        assertThat(cycles.append(finalization(3, "2026-10"))).isTrue();
    }

    private static NewFinalization finalization(long id, String cycle) {
        return new NewFinalization(
                new Finalization(id, cycle, 0, "2026-11-02", "c", "d", 4),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                issued -> new Document("manifest.json", "{}"),
                issued -> List.of(),
                List.of());
    }

    @ParameterizedTest
    @EnumSource
    void shouldKeepNoFloatingPointNumbers(Databases database) throws IOException, SQLException {
        String store = database.newStore(dir);
        Store.open(address(store));
        try (Connection connection = Databases.connect(store)) {
            String schema = connection.getSchema();
            try (var columns = connection.getMetaData().getColumns(null, schema, "%", "%")) {
                int count = 0;
                while (columns.next()) {
                    if (!columns.getString("TABLE_NAME").startsWith("sqlite_")) {
                        count++;
                        assertThat(columns.getString("TYPE_NAME").toUpperCase(java.util.Locale.ROOT))
                                .as(columns.getString("TABLE_NAME") + "." + columns.getString("COLUMN_NAME"))
                                .isIn("TEXT", "INTEGER", "INT8", "BIGINT");
                    }
                }
                assertThat(count).isGreaterThan(70);
            }
        }
    }
}
