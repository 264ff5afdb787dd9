package openclaw.edge.billing.finalize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import openclaw.edge.billing.BillingNode;
import openclaw.edge.billing.store.Databases;
import openclaw.edge.billing.store.Fault;
import openclaw.edge.billing.store.Store;
import openclaw.edge.billing.store.StoreAddress;
import openclaw.edge.catalog.CatalogReader;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A finalization that ends at any statement or any change of a file, and two at the same time. */
class CrashTest {
    private static final String CATALOG = """
            plans:
              pro: {subscription_fee: 49.00, monthly_quota: 5, overage_rate: 0.5}
            tenants:
              - {id: acme, plan: pro}
              - {id: bolt, plan: pro}
            """;
    private static final long OCTOBER = Instant.parse("2026-10-10T12:00:00Z").getEpochSecond() * 1_000_000_000L;

    @TempDir
    Path dir;

    private Path catalog;
    private Path first;
    private Path late;
    private int runs;

    @BeforeEach
    void writeJournals() throws IOException {
        catalog = Files.writeString(dir.resolve("billing.yaml"), CATALOG);
        try (BillingNode node = new BillingNode(dir.resolve("a"), "edge-a", OCTOBER)) {
            first = node.journal();
            node.request("acme", OCTOBER, 7);
            node.request("bolt", OCTOBER, 2);
        }
        try (BillingNode node = new BillingNode(dir.resolve("b"), "edge-b", OCTOBER)) {
            late = node.journal();
            node.request("acme", OCTOBER, 3);
        }
    }

    private FinalizeRequest request(Path out, boolean withLate) {
        return new FinalizeRequest(
                CatalogReader.read(List.of(catalog)),
                withLate ? List.of(first, late) : List.of(first),
                "2026-10",
                out,
                out.resolve("archives"),
                LocalDate.parse("2026-11-02"),
                List.of(),
                Instant.parse("2026-11-21T00:00:00Z"));
    }

    private static String run(FinalizeRequest request, Store store, InvoiceFiles.Steps steps) throws IOException {
        return new FinalizeRun(request, store, new PrintWriter(new StringWriter()), steps).run();
    }

    private static void run(FinalizeRequest request, String store, Fault fault) throws IOException {
        StoreAddress address = StoreAddress.of(store, Map.of());
        if (fault == null) {
            run(request, Store.open(address), step -> {});
        } else {
            run(request, Store.open(address, fault.in(address)), fault::file);
        }
    }

    private static SortedMap<String, String> files(Path folder) throws IOException {
        SortedMap<String, String> files = new TreeMap<>();
        try (Stream<Path> paths = Files.walk(folder)) {
            for (Path path : paths.filter(Files::isRegularFile).toList()) {
                files.put(folder.relativize(path).toString(), Files.readString(path, StandardCharsets.ISO_8859_1));
            }
        }
        return files;
    }

    private record Outcome(List<String> rows, SortedMap<String, String> files) {}

    private Outcome outcome(String store, Path out) throws IOException {
        return new Outcome(Databases.dump(store), files(out));
    }

    /** A first finalization and one that corrects it, one of which ends at a step and is run again. */
    private Outcome endedAndRunAgain(Databases database, Fault inFirst, Fault inLate) throws IOException {
        String store = database.newStore(dir);
        Path out = dir.resolve("out-" + ++runs);
        for (boolean isLate : new boolean[] {false, true}) {
            Fault fault = isLate ? inLate : inFirst;
            if (fault != null) {
                assertThatIOException()
                        .as("step %s", fault.steps())
                        .isThrownBy(() -> run(request(out, isLate), store, fault));
            }
            run(request(out, isLate), store, null);
        }
        return outcome(store, out);
    }

    private int steps(Databases database, boolean isLate) throws IOException {
        String store = database.newStore(dir);
        Path out = dir.resolve("out-" + ++runs);
        Fault never = Fault.before(-1);
        run(request(out, false), store, isLate ? null : never);
        if (isLate) {
            run(request(out, true), store, never);
        }
        return never.steps();
    }

    private void check(Databases database, int sample) throws IOException {
        Outcome expected = endedAndRunAgain(database, null, null);
        assertThat(expected.files().keySet()).contains("2026-10/acme.json", "2026-10/correction-1/acme.json");
        Random random = new Random(20261121);
        for (boolean isLate : new boolean[] {false, true}) {
            int steps = steps(database, isLate);
            for (int step = 1; step <= steps; step++) {
                for (boolean isAfter : new boolean[] {false, true}) {
                    if (random.nextInt(sample) != 0) {
                        continue;
                    }
                    Fault fault = isAfter ? Fault.after(step) : Fault.before(step);
                    assertThat(endedAndRunAgain(database, isLate ? null : fault, isLate ? fault : null))
                            .as("%s, step %d of %d, seed 20261121: %s", database, step, steps, fault.where())
                            .isEqualTo(expected);
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldComeToTheSameWhenEndedAndRunAgain(Databases database) throws IOException {
        check(database, 30);
    }

    @ParameterizedTest
    @EnumSource
    @Tag("nightly")
    void shouldComeToTheSameWhenEndedAtEveryStep(Databases database) throws IOException {
        check(database, 1);
    }

    @ParameterizedTest
    @EnumSource
    void shouldGiveOneNumberWhenTwoFinalizeAtOnce(Databases database) throws Exception {
        String alone = database.newStore(dir);
        Path aloneOut = dir.resolve("alone");
        run(request(aloneOut, false), alone, null);
        Outcome expected = outcome(alone, aloneOut);
        for (int round = 0; round < 3; round++) {
            String store = database.newStore(dir);
            Path out = dir.resolve("both-" + round);
            atOnce(() -> run(request(out, false), Store.open(StoreAddress.of(store, Map.of())), step -> {}), 2);
            assertThat(outcome(store, out)).as("round %d", round).isEqualTo(expected);
        }
    }

    private static void atOnce(Callable<String> run, int times) throws Exception {
        CyclicBarrier start = new CyclicBarrier(times);
        ExecutorService threads = Executors.newFixedThreadPool(times);
        try {
            List<Future<String>> futures = new ArrayList<>();
            for (int i = 0; i < times; i++) {
                futures.add(threads.submit(() -> {
                    start.await();
                    return run.call();
                }));
            }
            for (Future<String> future : futures) {
                assertThat(future.get()).contains("2 invoices, 0 corrections, 0 credit notes");
            }
        } finally {
            threads.shutdownNow();
        }
    }
}
