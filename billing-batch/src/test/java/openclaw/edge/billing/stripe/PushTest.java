package openclaw.edge.billing.stripe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import openclaw.edge.billing.store.Connections;
import openclaw.edge.billing.store.Databases;
import openclaw.edge.billing.store.Fault;
import openclaw.edge.billing.store.Outbox;
import openclaw.edge.billing.store.OutboxEntry;
import openclaw.edge.billing.store.OutboxEntry.State;
import openclaw.edge.billing.store.Store;
import openclaw.edge.billing.store.StoreAddress;
import openclaw.edge.catalog.Catalog;
import openclaw.edge.catalog.CatalogReader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What Stripe has in the end, whatever fails on the way and whoever dies. */
class PushTest {
    private static final long SEED = 20261122;
    private static final int READ_MS = 20_000;
    private static final long DAY_MS = 86_400_000;

    @TempDir
    Path dir;

    private final AtomicInteger runs = new AtomicInteger();
    private FakeStripe stripe;
    private Catalog catalog;
    private long dayMs;

    @BeforeEach
    void start() throws IOException {
        stripe = new FakeStripe();
        catalog = catalog(FinalizedStore.CATALOG);
    }

    @AfterEach
    void stop() {
        stripe.close();
    }

    private Catalog catalog(String text) throws IOException {
        return CatalogReader.read(List.of(Files.writeString(dir.resolve("billing.yaml"), text)));
    }

    private static StoreAddress address(String store) {
        return StoreAddress.of(store, Map.of());
    }

    private String filled(Databases database) throws IOException {
        String store = database.newStore(dir);
        FinalizedStore.fill(Store.open(address(store)), catalog);
        return store;
    }

    /** A process of its own, five minutes after the one before. */
    private final class OneRun implements Push.Surroundings {
        private final int run = runs.incrementAndGet();
        private final Random random = new Random(SEED + run);
        private final List<Long> pauses = new ArrayList<>();

        @Override
        public String owner() {
            return "run-" + run;
        }

        @Override
        public boolean isGone(String owner) {
            return false;
        }

        @Override
        public LongSupplier clockMs() {
            return () -> 1_793_000_000_000L + dayMs + run * 300_000L;
        }

        @Override
        public boolean pause(long ms) {
            pauses.add(ms);
            return true;
        }

        @Override
        public Random random() {
            return random;
        }
    }

    private List<OutboxEntry> push(String store) throws IOException {
        return push(Store.open(address(store)), new OneRun(), FakeStripe.KEY);
    }

    private List<OutboxEntry> push(Store store, OneRun process, String key) throws IOException {
        Push push = new Push(store, catalog, new StripeApi(key, stripe.url(), READ_MS), entry -> {}, process);
        do {
            push.run();
        } while (push.rewind());
        return new Outbox(store, StripeOutbox.TARGET).entries();
    }

    private static List<String> states(List<OutboxEntry> entries) {
        return entries.stream()
                .map(entry -> entry.invoiceNumber() + " " + entry.state().text())
                .toList();
    }

    private static final List<String> EXPECTED = List.of(
            "credit note to INV-2026-000002 1000 1000 {edge_corrects=INV-2026-000002, edge_cycle=2026-10,"
                    + " edge_invoice=CN-2026-000001, edge_tenant=bolt}",
            "invoice cus_acme INV-2026-000001 eur open 3119 true {edge_cycle=2026-10, edge_invoice=INV-2026-000001,"
                    + " edge_tenant=acme}",
            "invoice cus_acme INV-2026-000004 eur open 357 true {edge_corrects=INV-2026-000001, edge_cycle=2026-10,"
                    + " edge_invoice=INV-2026-000004, edge_tenant=acme}",
            "invoice cus_bolt INV-2026-000002 eur open 4900 false {edge_cycle=2026-10, edge_invoice=INV-2026-000002,"
                    + " edge_tenant=bolt}",
            "item INV-2026-000001 -1000 Credit brought forward {edge_invoice=INV-2026-000001, edge_item=credit-1}",
            "item INV-2026-000001 -400 Line 2 (2 x 0.5) {edge_invoice=INV-2026-000001, edge_item=line-2}",
            "item INV-2026-000001 -471 Credit: Voucher {edge_invoice=INV-2026-000001, edge_item=credit-2}",
            "item INV-2026-000001 250 Line 3 (2 x 0.5) {edge_invoice=INV-2026-000001, edge_item=line-3}",
            "item INV-2026-000001 4000 Line 1 (2 x 0.5) {edge_invoice=INV-2026-000001, edge_item=line-1}",
            "item INV-2026-000001 740 VAT 19 % on 38.50 {edge_invoice=INV-2026-000001, edge_item=tax-1}",
            "item INV-2026-000002 4900 Line 1 (2 x 0.5) {edge_invoice=INV-2026-000002, edge_item=line-1}",
            "item INV-2026-000004 300 Line 1 (2 x 0.5) {edge_invoice=INV-2026-000004, edge_item=line-1}",
            "item INV-2026-000004 57 Tax {edge_invoice=INV-2026-000004, edge_item=tax-1}");

    private List<String> expected() {
        // What is open when it is credited reduces what is due; nothing was paid here.
        List<String> expected = new ArrayList<>(EXPECTED);
        expected.set(0, expected.get(0).replace("1000 1000", "1000 0"));
        return expected;
    }

    @ParameterizedTest
    @EnumSource
    void shouldSendEachDocumentOnceWithItsAmounts(Databases database) throws IOException {
        String store = filled(database);
        assertThat(states(push(store)))
                .containsExactly(
                        "INV-2026-000001 delivered",
                        "INV-2026-000002 delivered",
                        "INV-2026-000003 nothing",
                        "INV-2026-000004 delivered",
                        "CN-2026-000001 delivered");
        assertThat(stripe.state()).containsExactlyElementsOf(expected());
        int requests = stripe.requests.size();
        push(store);
        assertThat(stripe.requests).hasSize(requests);
        assertThat(Databases.dump(store).toString()).doesNotContain(FakeStripe.KEY);
    }

    @Test
    void shouldCreditToTheBalanceWhatIsPaid() throws IOException {
        String store = filled(Databases.SQLITE);
        stripe.faults(request -> {
            stripe.invoices.values().forEach(invoice -> {
                if ("open".equals(invoice.fields.get("status"))) {
                    invoice.fields.put("status", "paid");
                    invoice.fields.put("amount_remaining", 0);
                }
            });
            return FakeStripe.Fault.NONE;
        });
        push(store);
        assertThat(stripe.state()).anyMatch(line -> line.startsWith("credit note to INV-2026-000002 1000 1000 "));
    }

    /** Runs with faults until everything is delivered; the store may have been put back to an earlier copy meanwhile. */
    private void untilDelivered(String store, Random random) throws IOException {
        for (int run = 0; run < 100; run++) {
            int rate = run < 60 ? 3 : 1_000_000;
            stripe.faults(request -> {
                FakeStripe.Fault[] all = FakeStripe.Fault.values();
                return random.nextInt(rate) == 0 ? all[random.nextInt(all.length)] : FakeStripe.Fault.NONE;
            });
            List<OutboxEntry> entries = push(store);
            if (entries.stream()
                    .allMatch(entry -> entry.state() == State.DELIVERED || entry.state() == State.NOTHING)) {
                return;
            }
            assertThat(entries).noneMatch(entry -> entry.state() == State.REFUSED);
            if (random.nextInt(4) == 0) {
                stripe.forgetKeys();
            }
        }
        throw new AssertionError("not delivered after 100 runs: " + states(push(store)));
    }

    private void faults(Databases database, int rounds) throws IOException {
        for (int round = 0; round < rounds; round++) {
            try (FakeStripe own = new FakeStripe()) {
                stripe.close();
                stripe = own;
                untilDelivered(filled(database), new Random(SEED + round));
                assertThat(own.state()).as("seed %d", SEED + round).containsExactlyElementsOf(expected());
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldComeToTheSameWhateverFails(Databases database) throws IOException {
        faults(database, 6);
    }

    @ParameterizedTest
    @EnumSource
    @Tag("nightly")
    void shouldComeToTheSameWhateverFailsInManyOrders(Databases database) throws IOException {
        faults(database, 300);
    }

    /** A process that dies at a request: nothing that it knew then is kept. */
    private void dieAtRequest(String store, int at, FakeStripe.Fault fault) {
        AtomicBoolean isDead = new AtomicBoolean();
        AtomicInteger count = new AtomicInteger();
        stripe.faults(request -> {
            if (count.incrementAndGet() == at) {
                isDead.set(true);
                return fault;
            }
            return FakeStripe.Fault.NONE;
        });
        Connections dying = () -> {
            if (isDead.get()) {
                throw new SQLException("dead");
            }
            return Connections.to(address(store)).open();
        };
        assertThatIOException()
                .as("request %d", at)
                .isThrownBy(() -> push(Store.open(address(store), dying), new OneRun(), FakeStripe.KEY));
        stripe.faults(request -> FakeStripe.Fault.NONE);
    }

    private void restart() {
        stripe.close();
        stripe = new FakeStripe();
    }

    private void deaths(Databases database, int sample) throws IOException {
        Random random = new Random(SEED);
        push(filled(database));
        int requests = stripe.requests.size();
        for (int at = 1; at <= requests; at++) {
            for (FakeStripe.Fault fault : List.of(FakeStripe.Fault.CUT_BEFORE, FakeStripe.Fault.CUT_AFTER)) {
                if (random.nextInt(sample) == 0) {
                    restart();
                    String store = filled(database);
                    dieAtRequest(store, at, fault);
                    if (random.nextBoolean()) {
                        stripe.forgetKeys();
                    }
                    push(store);
                    assertThat(stripe.state()).as("%s at request %d", fault, at).containsExactlyElementsOf(expected());
                }
            }
        }
        int steps = steps(database);
        for (int step = 1; step <= steps; step++) {
            for (boolean isAfter : new boolean[] {false, true}) {
                if (random.nextInt(sample) == 0) {
                    restart();
                    dieAtStatement(database, step, isAfter, random.nextBoolean());
                }
            }
        }
    }

    private int steps(Databases database) throws IOException {
        restart();
        String store = filled(database);
        Fault never = Fault.before(-1);
        push(Store.open(address(store), never.in(address(store))), new OneRun(), FakeStripe.KEY);
        return never.steps();
    }

    private void dieAtStatement(Databases database, int step, boolean isAfter, boolean forgetsKeys) throws IOException {
        String store = filled(database);
        Fault fault = isAfter ? Fault.after(step) : Fault.before(step);
        assertThatIOException()
                .isThrownBy(
                        () -> push(Store.open(address(store), fault.in(address(store))), new OneRun(), FakeStripe.KEY));
        if (forgetsKeys) {
            stripe.forgetKeys();
        }
        push(store);
        assertThat(stripe.state()).as("statement %d, %s", step, fault.where()).containsExactlyElementsOf(expected());
    }

    @ParameterizedTest
    @EnumSource
    void shouldComeToTheSameWhenKilled(Databases database) throws IOException {
        deaths(database, 40);
    }

    @ParameterizedTest
    @EnumSource
    @Tag("nightly")
    void shouldComeToTheSameWhenKilledAtEveryStep(Databases database) throws IOException {
        deaths(database, 1);
    }

    @ParameterizedTest
    @EnumSource
    void shouldSendOnceWhenSeveralPushAtOnce(Databases database) throws Exception {
        String store = filled(database);
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<List<OutboxEntry>>> pushes = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                Callable<List<OutboxEntry>> one = () -> push(store);
                pushes.add(threads.submit(one));
            }
            for (Future<List<OutboxEntry>> push : pushes) {
                push.get();
            }
        } finally {
            threads.shutdownNow();
        }
        push(store);
        assertThat(stripe.state()).containsExactlyElementsOf(expected());
    }

    @Test
    void shouldWaitAsStripeAsksAndLongerEachTime() throws IOException {
        String store = filled(Databases.SQLITE);
        stripe.faults(request -> FakeStripe.Fault.TOO_MANY);
        OneRun process = new OneRun();
        List<OutboxEntry> entries = push(Store.open(address(store)), process, FakeStripe.KEY);
        assertThat(entries.get(0).state()).isEqualTo(State.WAITING);
        assertThat(entries.get(0).attempts()).isEqualTo(Push.MAX_ATTEMPTS);
        assertThat(entries.get(0).lastError()).contains("429 too many requests");
        List<Long> first = process.pauses.subList(0, Push.MAX_ATTEMPTS - 1);
        for (int i = 0; i < first.size(); i++) {
            assertThat(first.get(i)).isBetween(3_000 + (250L << i), 3_000 + (750L << i));
        }
    }

    @Test
    void shouldStopWhereNobodyAnswersAnyMore() throws IOException {
        String store = filled(Databases.SQLITE);
        stripe.faults(request -> FakeStripe.Fault.CUT_BEFORE);
        OneRun process = new OneRun();
        List<OutboxEntry> entries = push(Store.open(address(store)), process, FakeStripe.KEY);
        assertThat(entries.get(0).lastError()).contains("no answer");
        assertThat(entries).extracting(OutboxEntry::attempts).startsWith((long) Push.MAX_ATTEMPTS, 0L);
        assertThat(process.pauses).hasSize(Push.MAX_ATTEMPTS - 1);
        stripe.faults(request -> FakeStripe.Fault.NONE);
        push(store);
        assertThat(stripe.state()).containsExactlyElementsOf(expected());
    }

    @Test
    void shouldGoOnWithTheOthersWhereOneOfThemIsNotAnswered() throws IOException {
        String store = filled(Databases.SQLITE);
        stripe.faults(request -> request.endsWith("/finalize") ? FakeStripe.Fault.UNAVAILABLE : FakeStripe.Fault.NONE);
        List<OutboxEntry> entries = push(store);
        assertThat(entries.get(0).state()).isEqualTo(State.WAITING);
        assertThat(entries.get(1).attempts()).isPositive();
    }

    @Test
    void shouldParkWhatIsRefusedAndGoOnWithTheOthers() throws IOException {
        stripe.customers.remove("cus_acme");
        String store = filled(Databases.SQLITE);
        List<OutboxEntry> entries = push(store);
        assertThat(states(entries))
                .containsExactly(
                        "INV-2026-000001 refused",
                        "INV-2026-000002 delivered",
                        "INV-2026-000003 nothing",
                        "INV-2026-000004 refused",
                        "CN-2026-000001 delivered");
        assertThat(entries.get(0).lastError()).isEqualTo("create INV-2026-000001: 400 No such customer: cus_acme");
        stripe.customers.add("cus_acme");
        push(store);
        assertThat(stripe.state()).noneMatch(line -> line.contains("cus_acme"));
        Outbox outbox = new Outbox(Store.open(address(store)), StripeOutbox.TARGET);
        assertThat(outbox.settle(entry -> entry.state() == State.REFUSED, false, Long.MAX_VALUE))
                .isEqualTo(2);
        push(store);
        assertThat(stripe.state()).containsExactlyElementsOf(expected());
    }

    @Test
    void shouldRefuseADraftThatOthersChanged() throws IOException {
        String store = filled(Databases.SQLITE);
        stripe.faults(request -> request.endsWith("/finalize") ? FakeStripe.Fault.UNAVAILABLE : FakeStripe.Fault.NONE);
        push(store);
        FakeStripe.Thing foreign = new FakeStripe.Thing();
        foreign.fields.putAll(Map.of("object", "invoiceitem", "id", "ii_x", "amount", 5));
        foreign.fields.put("invoice", stripe.invoices.firstKey());
        stripe.items.put("ii_x", foreign);
        stripe.faults(request -> FakeStripe.Fault.NONE);
        OutboxEntry entry = push(store).get(0);
        assertThat(entry.state()).isEqualTo(State.REFUSED);
        assertThat(entry.lastError()).contains("an item of others of 5", "delete the draft");
    }

    @Test
    void shouldStopAtAKeyThatStripeDoesNotKnowAndNotTellIt() throws IOException {
        String store = filled(Databases.SQLITE);
        List<OutboxEntry> entries = push(Store.open(address(store)), new OneRun(), "sk_live_notThisOne");
        assertThat(stripe.requests).hasSize(1);
        assertThat(entries.get(0).state()).isEqualTo(State.WAITING);
        assertThat(entries.get(0).lastError()).isEqualTo("look for INV-2026-000001: 401 Invalid API Key provided: ***");
        push(store);
        assertThat(stripe.state()).containsExactlyElementsOf(expected());
    }

    @ParameterizedTest
    @EnumSource
    void shouldSendUsageOnceAndSayWhatIsInDoubt(Databases database) throws IOException {
        catalog = catalog(FinalizedStore.METERS);
        String store = filled(database);
        AtomicInteger count = new AtomicInteger();
        stripe.faults(
                request -> count.incrementAndGet() % 2 == 1 ? FakeStripe.Fault.CUT_AFTER : FakeStripe.Fault.TOO_MANY);
        push(store);
        stripe.faults(request -> FakeStripe.Fault.NONE);
        push(store);
        String end = " 1793491199";
        assertThat(stripe.state())
                .containsExactly(
                        "event edge/acme/2026-10/0/requests edge_requests cus_acme 3" + end,
                        "event edge/acme/2026-10/0/tokens edge_tokens cus_acme 7" + end,
                        "event edge/acme/2026-10/1/requests edge_requests cus_acme 1" + end,
                        "event edge/acme/2026-10/1/tokens edge_tokens cus_acme 3" + end,
                        "event edge/bolt/2026-10/0/tokens edge_tokens cus_bolt 2" + end,
                        "event edge/bolt/2026-10/1/requests edge_requests cus_bolt 1" + end,
                        "event edge/bolt/2026-10/1/tokens edge_tokens cus_bolt -1" + end);

        String late = filled(database);
        stripe.meterEvents.clear();
        // Something is heard now and then: where nothing is, no other entry is tried.
        stripe.faults(
                request -> count.incrementAndGet() % 2 == 1 ? FakeStripe.Fault.CUT_AFTER : FakeStripe.Fault.TOO_MANY);
        push(late);
        dayMs = DAY_MS;
        stripe.meterEvents.clear();
        stripe.faults(request -> FakeStripe.Fault.NONE);
        assertThat(push(late))
                .filteredOn(entry -> entry.state() != State.NOTHING)
                .allMatch(entry -> entry.state() == State.IN_DOUBT)
                .allMatch(entry -> entry.lastError().contains("--sent or --again"));
        assertThat(stripe.meterEvents).isEmpty();
    }
}
