package openclaw.edge.billing.stripe;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.util.LinkedHashMap;
import java.util.Map;
import openclaw.edge.catalog.CanonicalJson;
import openclaw.edge.catalog.StripeTerms;
import openclaw.edge.catalog.StripeTerms.Collection;

/**
 * What goes out besides the document. It is kept with the entry before anything is sent, so that a catalog that changes between two
 * attempts makes no other request of what may be under way.
 *
 * @param customer at Stripe
 * @param collection how Stripe asks for the money
 * @param daysUntilDue of an invoice that Stripe sends
 * @param autoAdvance whether Stripe goes on by itself
 * @param event name of the meter's event; empty for none
 * @param toBalance what of a credit note goes to the customer's balance, in the smallest unit; -1 before it is known
 */
record StripeSettings(
        String customer, Collection collection, int daysUntilDue, boolean autoAdvance, String event, long toBalance) {
    private static final long UNKNOWN = -1;

    static StripeSettings of(StripeTerms terms, int line) {
        String event = line == StripeOutbox.REQUESTS ? terms.requestsEvent() : terms.tokensEvent();
        return new StripeSettings(
                terms.customer(), terms.collection(), terms.daysUntilDue(), terms.autoAdvance(), event, UNKNOWN);
    }

    StripeSettings withToBalance(long amount) {
        return new StripeSettings(customer, collection, daysUntilDue, autoAdvance, event, amount);
    }

    boolean hasToBalance() {
        return toBalance != UNKNOWN;
    }

    String text() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("customer", customer);
        fields.put("collection", collection.name());
        fields.put("days_until_due", Integer.toString(daysUntilDue));
        fields.put("auto_advance", Boolean.toString(autoAdvance));
        fields.put("event", event);
        fields.put("to_balance", Long.toString(toBalance));
        return CanonicalJson.write(fields);
    }

    static StripeSettings parse(String text) {
        JsonObject fields = JsonParser.parseString(text).getAsJsonObject();
        return new StripeSettings(
                fields.get("customer").getAsString(),
                Collection.valueOf(fields.get("collection").getAsString()),
                Integer.parseInt(fields.get("days_until_due").getAsString()),
                Boolean.parseBoolean(fields.get("auto_advance").getAsString()),
                fields.get("event").getAsString(),
                Long.parseLong(fields.get("to_balance").getAsString()));
    }
}
