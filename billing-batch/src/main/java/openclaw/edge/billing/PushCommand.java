package openclaw.edge.billing;

import static openclaw.edge.catalog.CanonicalJson.count;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import openclaw.edge.billing.store.Outbox;
import openclaw.edge.billing.store.OutboxEntry;
import openclaw.edge.billing.store.OutboxEntry.State;
import openclaw.edge.billing.store.Store;
import openclaw.edge.billing.stripe.Push;
import openclaw.edge.billing.stripe.StripeApi;
import openclaw.edge.billing.stripe.StripeOutbox;
import openclaw.edge.catalog.CanonicalJson;
import openclaw.edge.catalog.Catalog;
import openclaw.edge.catalog.CatalogReader;
import openclaw.edge.yaml.ConfigurationException;
import openclaw.edge.yaml.VisibleText;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code push}: tells Stripe of finalized documents. */
@Command(
        name = "push",
        mixinStandardHelpOptions = true,
        versionProvider = BillingVersion.class,
        description = {
            "Sends the finalized documents that wait in the store to Stripe, each exactly once, however often it is run.",
            "STRIPE_API_KEY in the environment is the account's key. Tenants' customers at Stripe are in the catalog,"
                    + " billing.stripe.customer.",
            "Exit codes: 0 everything is delivered, or being delivered by another push; 1 something waits, was refused or is in"
                    + " doubt (each is named), 2 usage."
        })
final class PushCommand implements Callable<Integer> {
    /** Where the API key is. */
    static final String KEY = "STRIPE_API_KEY";

    private static final String ALL = "all";
    private static final int MAX_THREADS = 32;

    private final Map<String, String> environment;

    @Spec
    private CommandSpec spec;

    @Mixin
    private StoreOptions store;

    @Option(names = "--catalog", paramLabel = "FILE", description = "catalog file; may be given more than once")
    private List<Path> catalogs = new ArrayList<>();

    @Option(
            names = "--cycle",
            paramLabel = "YYYY-MM",
            description = "also documents of this cycle that were finalized before the catalog had billing.stripe")
    private String cycle;

    @Option(
            names = "--again",
            paramLabel = "NUMBER|all",
            description = "sends what was refused, or is in doubt, once more: the document of this number, or all")
    private List<String> again = new ArrayList<>();

    @Option(
            names = "--sent",
            paramLabel = "NUMBER",
            description = "takes the document of this number, refused or in doubt, for delivered")
    private List<String> sent = new ArrayList<>();

    @Option(names = "--list", description = "lists everything in the outbox and sends nothing")
    private boolean isListing;

    @Option(names = "--json", description = "JSON, one object a line")
    private boolean isJson;

    @Option(
            names = "--threads",
            defaultValue = "4",
            paramLabel = "N",
            description = "documents that are sent at a time, 1 to " + MAX_THREADS + " (default: ${DEFAULT-VALUE})")
    private int threads;

    @Option(names = "--api", paramLabel = "URL", description = "another server that speaks Stripe's API, for tests")
    private URI api;

    PushCommand() {
        this(System.getenv());
    }

    PushCommand(Map<String, String> environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() throws IOException {
        if (isListing) {
            Store opened = store.openToChange();
            new Outbox(opened, StripeOutbox.TARGET).entries().forEach(this::print);
            return BillingMain.DONE;
        }
        if (catalogs.isEmpty() || threads < 1 || threads > MAX_THREADS) {
            throw new ParameterException(
                    spec.commandLine(),
                    catalogs.isEmpty()
                            ? "--catalog FILE is missing, where the tenants' customers at Stripe are"
                            : "--threads: 1 to " + MAX_THREADS + ", not " + threads);
        }
        String id = cycle == null ? null : CycleOptions.checked(spec, cycle);
        Catalog catalog;
        try {
            catalog = CatalogReader.read(catalogs);
        } catch (ConfigurationException e) {
            spec.commandLine().getErr().println(e.getMessage());
            return BillingMain.FAILED;
        }
        StripeApi stripe = api(environment, api);
        Store opened = store.openToChange();
        if (id != null) {
            StripeOutbox.add(opened, catalog, id);
        }
        settle(new Outbox(opened, StripeOutbox.TARGET));
        return push(opened, catalog, stripe);
    }

    /** With the environment's key. */
    static StripeApi api(Map<String, String> environment, URI base) {
        String key = environment.getOrDefault(KEY, "");
        if (!key.matches("[\\x21-\\x7E]+")) {
            throw new IllegalArgumentException(
                    key.isEmpty()
                            ? KEY + " is not in the environment: the account's secret key, or a restricted one"
                            : KEY + " in the environment holds blanks or line ends; expected a key as Stripe shows it");
        }
        return new StripeApi(key, base);
    }

    private void settle(Outbox outbox) throws IOException {
        Set<String> numbers = new HashSet<>(sent);
        numbers.addAll(again);
        numbers.remove(ALL);
        List<OutboxEntry> entries = outbox.entries();
        for (String number : numbers) {
            if (entries.stream().noneMatch(entry -> entry.invoiceNumber().equals(number) && isStuck(entry))) {
                throw new IllegalArgumentException(number + " is neither refused nor in doubt; see --list");
            }
        }
        long now = System.currentTimeMillis();
        outbox.settle(entry -> isStuck(entry) && sent.contains(entry.invoiceNumber()), true, now);
        outbox.settle(
                entry -> isStuck(entry) && (again.contains(ALL) || again.contains(entry.invoiceNumber())), false, now);
    }

    private static boolean isStuck(OutboxEntry entry) {
        return entry.state() == State.REFUSED || entry.state() == State.IN_DOUBT;
    }

    private int push(Store opened, Catalog catalog, StripeApi stripe) throws IOException {
        Set<String> told = new HashSet<>();
        Push push = new Push(opened, catalog, stripe, entry -> {
            told.add(entry.key());
            print(entry);
        });
        do {
            run(push, threads);
        } while (push.rewind());
        long waiting = 0;
        long stuck = 0;
        long elsewhere = 0;
        long now = System.currentTimeMillis();
        for (OutboxEntry entry : new Outbox(opened, StripeOutbox.TARGET).entries()) {
            boolean isOpen = entry.state() == State.WAITING || isStuck(entry);
            if (isOpen && !push.isStopped() && !told.contains(entry.key())) {
                print(entry);
            }
            // Ours are let go by now: who holds one is at it, and tells of it.
            boolean isElsewhere =
                    entry.state() == State.WAITING && entry.leaseOwner() != null && entry.leaseUntilMs() > now;
            elsewhere += isElsewhere ? 1 : 0;
            waiting += entry.state() == State.WAITING && !isElsewhere ? 1 : 0;
            stuck += isStuck(entry) ? 1 : 0;
        }
        PrintWriter err = spec.commandLine().getErr();
        err.println(push.delivered() + " sent, " + waiting + " waiting, " + stuck + " refused or in doubt"
                + (elsewhere == 0 ? "" : ", " + elsewhere + " held by another push"));
        if (push.silence() != null) {
            err.println("Stripe does not answer (" + push.silence()
                    + "): nothing more was tried; run it again when it does");
        }
        if (push.keyProblem() != null) {
            err.println("Stripe does not take " + KEY + " (" + push.keyProblem() + "): nothing more was tried");
        }
        return waiting + stuck == 0 ? BillingMain.DONE : BillingMain.FAILED;
    }

    private static void run(Push push, int threads) throws IOException {
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            List<Future<?>> runs = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                runs.add(pool.submit(() -> {
                    push.run();
                    return null;
                }));
            }
            for (Future<?> run : runs) {
                run.get();
            }
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException io) {
                throw io;
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted; what was under way is gone on with by the next push", e);
        } finally {
            pool.shutdownNow();
        }
    }

    private void print(OutboxEntry entry) {
        PrintWriter out = spec.commandLine().getOut();
        out.println(isJson ? json(entry) : VisibleText.of(text(entry)));
        out.flush();
    }

    private static String text(OutboxEntry entry) {
        StringBuilder text = new StringBuilder();
        text.append(String.format("%-10s", entry.state().text().replace('_', ' ')));
        text.append(entry.invoiceNumber()).append("  ").append(entry.key());
        if (entry.externalId() != null && !entry.externalId().equals(entry.key())) {
            text.append("  ").append(entry.externalId());
        }
        if (entry.state() == State.WAITING && entry.leaseOwner() != null) {
            text.append("  held by ").append(entry.leaseOwner());
        }
        if (entry.lastError() != null) {
            text.append("  ").append(entry.lastError());
        }
        return text.toString();
    }

    private static String json(OutboxEntry entry) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("target", entry.target());
        json.put("invoice_number", entry.invoiceNumber());
        json.put("operation", entry.operation());
        json.put("key", entry.key());
        json.put("state", entry.state().text());
        json.put("attempts", count(entry.attempts()));
        json.put("external_id", entry.externalId());
        json.put("error", entry.lastError());
        return CanonicalJson.write(json);
    }
}
