package openclaw.edge.billing.stripe;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import openclaw.edge.catalog.CanonicalJson;

/**
 * A server that behaves as Stripe's API does where this project uses it: form encoding, keys, idempotency (results kept under
 * their key, errors and failures too; another body: 400; still under way: 409), lists with pages, the life of an invoice, credit
 * notes, meter events with unique identifiers. What it did is there to be compared.
 */
final class FakeStripe implements AutoCloseable {
    static final String KEY = "sk_test_4eC39HqLyjWDarjtT1zdp7dc";

    static {
        // Head and body of an answer are written apart: without this each waits for the other side's acknowledgement.
        System.setProperty("sun.net.httpserver.nodelay", "true");
    }

    private static final int MAX_ITEMS = 250;
    private static final int DEFAULT_PAGE = 10;

    /** What happens to one request. */
    enum Fault {
        NONE,
        /** Done, and the connection is cut before the answer. */
        CUT_AFTER,
        /** Not done, and the connection is cut. */
        CUT_BEFORE,
        /** Not done, and answered by something between, well and with a page of its own. */
        PAGE_BEFORE,
        /** Done, and the answer is replaced by other JSON. */
        OTHER_AFTER,
        /** A failure that is kept under the key. */
        ERROR,
        /** A gateway's failure, before anything was done. */
        UNAVAILABLE,
        /** A gateway's failure, after it was done. */
        BAD_GATEWAY_AFTER,
        /** Another request of this key is under way. */
        CONFLICT,
        /** Too many requests. */
        TOO_MANY
    }

    /** An object, by its fields as text, numbers or maps. */
    static final class Thing {
        final Map<String, Object> fields = new LinkedHashMap<>();
        final Map<String, Object> metadata = new TreeMap<>();
    }

    private record Answer(int status, String body) {}

    private record Kept(String request, Answer answer) {}

    private final HttpServer server;
    private final ExecutorService threads = Executors.newFixedThreadPool(8);
    private final Map<String, Kept> keys = new HashMap<>();
    final SortedMap<String, Thing> invoices = new TreeMap<>();
    final SortedMap<String, Thing> items = new TreeMap<>();
    final SortedMap<String, Thing> creditNotes = new TreeMap<>();
    final SortedMap<String, String> meterEvents = new TreeMap<>();
    final List<String> customers = new ArrayList<>(List.of("cus_acme", "cus_bolt"));
    final List<String> requests = new ArrayList<>();
    private Function<String, Fault> faults = request -> Fault.NONE;
    private int ids;

    FakeStripe() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        server.createContext("/", this::handle);
        server.setExecutor(threads);
        server.start();
    }

    URI url() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    synchronized void faults(Function<String, Fault> next) {
        faults = next;
    }

    /** As after a day: nothing is known of keys and identifiers any more. */
    synchronized void forgetKeys() {
        keys.clear();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private void handle(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        String query = exchange.getRequestURI().getRawQuery();
        String request =
                exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath();
        Answer answer;
        synchronized (this) {
            requests.add(request);
            Fault fault = faults.apply(request);
            String key = exchange.getRequestHeaders().getFirst("Idempotency-Key");
            answer = switch (fault) {
                case NONE -> answer(exchange, request, query == null ? body : query, key);
                case CUT_AFTER, BAD_GATEWAY_AFTER -> {
                    answer(exchange, request, query == null ? body : query, key);
                    yield fault == Fault.CUT_AFTER ? null : error(502, "api_error", null, "bad gateway");
                }
                case CUT_BEFORE -> null;
                case PAGE_BEFORE -> new Answer(200, "<html>log in</html>");
                case OTHER_AFTER -> {
                    answer(exchange, request, query == null ? body : query, key);
                    yield new Answer(200, "{\"hello\":1}");
                }
                case ERROR -> keep(key, request + body, error(500, "api_error", null, "something failed here"));
                case UNAVAILABLE -> error(503, "api_error", null, "unavailable");
                case CONFLICT ->
                    error(409, "idempotency_error", "idempotency_key_in_use", "another request is under way");
                case TOO_MANY -> error(429, "invalid_request_error", "rate_limit", "too many requests");
            };
            if (fault == Fault.TOO_MANY) {
                exchange.getResponseHeaders().add("Retry-After", "3");
            }
        }
        if (answer != null) {
            byte[] bytes = answer.body().getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            exchange.sendResponseHeaders(answer.status(), bytes.length);
            exchange.getResponseBody().write(bytes);
        }
        exchange.close();
    }

    private Answer keep(String key, String request, Answer answer) {
        if (key != null) {
            keys.put(key, new Kept(request, answer));
        }
        return answer;
    }

    private Answer answer(HttpExchange exchange, String request, String encoded, String key) {
        if (!("Bearer " + KEY).equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
            return error(401, "invalid_request_error", null, "Invalid API Key provided: " + KEY);
        }
        Kept kept = key == null ? null : keys.get(key);
        if (kept != null) {
            return kept.request().equals(request + encoded)
                    ? kept.answer()
                    : error(
                            400,
                            "idempotency_error",
                            null,
                            "Keys can only be used with the parameters they were first used with");
        }
        Map<String, String> form = form(encoded);
        Answer answer = request.startsWith("GET ") ? get(request.substring(4), form) : post(request.substring(5), form);
        return request.startsWith("GET ") ? answer : keep(key, request + encoded, answer);
    }

    private static Map<String, String> form(String encoded) {
        Map<String, String> form = new LinkedHashMap<>();
        Arrays.stream(encoded.split("&", -1))
                .filter(pair -> pair.contains("="))
                .forEach(pair -> form.put(
                        URLDecoder.decode(pair.substring(0, pair.indexOf('=')), StandardCharsets.UTF_8),
                        URLDecoder.decode(pair.substring(pair.indexOf('=') + 1), StandardCharsets.UTF_8)));
        return form;
    }

    static Answer error(int status, String type, String code, String message) {
        Map<String, Object> error = new TreeMap<>();
        error.put("type", type);
        error.put("message", message);
        if (code != null) {
            error.put("code", code);
        }
        return new Answer(status, CanonicalJson.write(Map.of("error", error)));
    }

    private static Answer refused(String message) {
        return error(400, "invalid_request_error", null, message);
    }

    private Answer get(String path, Map<String, String> form) {
        switch (path) {
            case "/v1/invoices":
                return list("invoices", invoices, "customer", form);
            case "/v1/invoiceitems":
                return list("invoiceitems", items, "invoice", form);
            case "/v1/credit_notes":
                return list("credit_notes", creditNotes, "invoice", form);
            default:
                Thing invoice = invoices.get(path.substring(path.lastIndexOf('/') + 1));
                return invoice == null
                        ? error(404, "invalid_request_error", "resource_missing", "No such invoice")
                        : new Answer(200, json(invoice));
        }
    }

    /** The newest first, a page of them. */
    private Answer list(String name, SortedMap<String, Thing> all, String filter, Map<String, String> form) {
        List<String> page = new ArrayList<>();
        int limit = Integer.parseInt(form.getOrDefault("limit", Integer.toString(DEFAULT_PAGE)));
        List<String> ids = new ArrayList<>(all.keySet());
        java.util.Collections.reverse(ids);
        boolean isOn = !form.containsKey("starting_after");
        boolean hasMore = false;
        for (String id : ids) {
            Thing thing = all.get(id);
            if (isOn && String.valueOf(form.get(filter)).equals(thing.fields.get(filter))) {
                hasMore |= page.size() == limit;
                if (page.size() < limit) {
                    page.add(json(thing));
                }
            }
            isOn |= id.equals(form.get("starting_after"));
        }
        return new Answer(
                200,
                "{\"object\":\"list\",\"url\":\"/v1/" + name + "\",\"has_more\":" + hasMore + ",\"data\":["
                        + String.join(",", page) + "]}");
    }

    private static String json(Thing thing) {
        Map<String, Object> fields = new TreeMap<>(thing.fields);
        fields.put("metadata", thing.metadata);
        return CanonicalJson.write(fields);
    }

    private Thing thing(String object, String prefix, Map<String, String> form) {
        Thing thing = new Thing();
        thing.fields.put("id", String.format("%s_%06d", prefix, ++ids));
        thing.fields.put("object", object);
        form.forEach((name, value) -> {
            if (name.startsWith("metadata[")) {
                thing.metadata.put(name.substring(9, name.length() - 1), value);
            } else if (!name.contains("[")) {
                thing.fields.put(name, value);
            }
        });
        thing.fields.remove("expand");
        return thing;
    }

    private Answer post(String path, Map<String, String> form) {
        if (form.containsKey("customer") && !customers.contains(form.get("customer"))) {
            return error(400, "invalid_request_error", "resource_missing", "No such customer: " + form.get("customer"));
        }
        return switch (path) {
            case "/v1/invoices" -> createInvoice(form);
            case "/v1/invoiceitems" -> createItem(form);
            case "/v1/credit_notes" -> createCreditNote(form);
            case "/v1/billing/meter_events" -> meterEvent(form);
            default ->
                path.endsWith("/finalize")
                        ? finish(path.split("/", -1)[3], form)
                        : error(404, "invalid_request_error", null, "Unrecognized request URL " + path);
        };
    }

    private Answer createInvoice(Map<String, String> form) {
        Thing invoice = thing("invoice", "in", form);
        invoice.fields.put("status", "draft");
        invoice.fields.put("auto_advance", Boolean.valueOf(form.get("auto_advance")));
        invoice.fields.put("total", 0);
        invoice.fields.put("amount_remaining", 0);
        invoice.fields.remove("days_until_due");
        invoices.put(String.valueOf(invoice.fields.get("id")), invoice);
        return new Answer(200, json(invoice));
    }

    private Answer createItem(Map<String, String> form) {
        Thing invoice = invoices.get(form.get("invoice"));
        if (invoice == null || !"draft".equals(invoice.fields.get("status"))) {
            return refused("invoice items go onto drafts");
        }
        long count = items.values().stream()
                .filter(item -> item.fields.get("invoice").equals(form.get("invoice")))
                .count();
        if (count >= MAX_ITEMS) {
            return refused("an invoice takes 250 items");
        }
        Thing item = thing("invoiceitem", "ii", form);
        item.fields.put("amount", Integer.valueOf(form.get("amount")));
        item.fields.put("discountable", false);
        items.put(String.valueOf(item.fields.get("id")), item);
        int total = (Integer) invoice.fields.get("total") + Integer.parseInt(form.get("amount"));
        invoice.fields.put("total", total);
        invoice.fields.put("amount_remaining", total);
        return new Answer(200, json(item));
    }

    private Answer finish(String id, Map<String, String> form) {
        Thing invoice = invoices.get(id);
        if (invoice == null || !"draft".equals(invoice.fields.get("status"))) {
            return refused("This invoice is already finalized, you can't re-finalize a non-draft invoice.");
        }
        invoice.fields.put("status", (Integer) invoice.fields.get("total") > 0 ? "open" : "paid");
        invoice.fields.put("auto_advance", Boolean.valueOf(form.get("auto_advance")));
        return new Answer(200, json(invoice));
    }

    private Answer createCreditNote(Map<String, String> form) {
        Thing invoice = invoices.get(form.get("invoice"));
        int amount = Integer.parseInt(form.get("amount"));
        int toBalance = Integer.parseInt(form.getOrDefault("credit_amount", "0"));
        int open = (Integer) invoice.fields.get("amount_remaining");
        if (Math.max(0, amount - open) != toBalance) {
            return refused("credit_amount has to be what exceeds amount_remaining");
        }
        invoice.fields.put("amount_remaining", Math.max(0, open - amount));
        Thing note = thing("credit_note", "cn", form);
        note.fields.put("amount", amount);
        note.fields.put("credit_amount", toBalance);
        creditNotes.put(String.valueOf(note.fields.get("id")), note);
        return new Answer(200, json(note));
    }

    private Answer meterEvent(Map<String, String> form) {
        String identifier = form.get("identifier");
        if (meterEvents.containsKey(identifier)) {
            return refused("An event already exists with identifier " + identifier + ".");
        }
        if (!customers.contains(form.get("payload[stripe_customer_id]"))) {
            return refused("No such customer");
        }
        meterEvents.put(
                identifier,
                form.get("event_name") + " " + form.get("payload[stripe_customer_id]") + " "
                        + form.get("payload[value]") + " " + form.get("timestamp"));
        return new Answer(200, CanonicalJson.write(Map.of("object", "billing.meter_event", "identifier", identifier)));
    }

    /** Everything that is there and means money, whatever its id: one line each, sorted. */
    synchronized List<String> state() {
        List<String> state = new ArrayList<>();
        invoices.values().forEach(invoice -> {
            StringBuilder text = new StringBuilder("invoice ");
            for (String field : List.of("customer", "number", "currency", "status", "total", "auto_advance")) {
                text.append(invoice.fields.get(field)).append(' ');
            }
            text.append(invoice.metadata);
            state.add(text.toString());
        });
        items.values()
                .forEach(item -> state.add("item " + invoiceNumber(item) + " " + item.fields.get("amount") + " "
                        + item.fields.get("description") + " " + item.metadata));
        creditNotes
                .values()
                .forEach(note -> state.add("credit note to " + invoiceNumber(note) + " " + note.fields.get("amount")
                        + " " + note.fields.get("credit_amount") + " " + note.metadata));
        meterEvents.forEach((identifier, event) -> state.add("event " + identifier + " " + event));
        state.sort(null);
        return state;
    }

    private Object invoiceNumber(Thing of) {
        return invoices.get(String.valueOf(of.fields.get("invoice"))).fields.get("number");
    }
}
