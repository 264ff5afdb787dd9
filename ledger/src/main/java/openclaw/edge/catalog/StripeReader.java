package openclaw.edge.catalog;

import java.util.Locale;
import java.util.regex.Pattern;
import openclaw.edge.catalog.StripeTerms.Collection;
import openclaw.edge.catalog.StripeTerms.Mode;
import openclaw.edge.yaml.YamlMap;
import openclaw.edge.yaml.YamlNode;

/** Reads {@code billing.stripe}: a tenant's own block says what differs from the file's. */
final class StripeReader {
    private static final int MAX_DAYS = 365;
    private static final int MAX_EVENT_NAME = 100;
    private static final Pattern CUSTOMER = Pattern.compile("cus_[A-Za-z0-9_]{1,250}");

    private StripeReader() {}

    static StripeTerms read(YamlMap map, StripeTerms base) {
        if (!map.isPresent()) {
            return base;
        }
        Mode otherwise = base.mode() == Mode.NONE ? Mode.INVOICES : base.mode();
        YamlNode mode = map.find("mode");
        YamlNode collection = map.find("collection");
        StripeTerms terms = new StripeTerms(
                mode == null
                        ? otherwise
                        : word(Mode.class, mode.asOneOf("invoices", "meter_events", "none"), otherwise),
                customer(map.find("customer"), base.customer()),
                collection == null
                        ? base.collection()
                        : word(
                                Collection.class,
                                collection.asOneOf("send_invoice", "charge_automatically"),
                                base.collection()),
                map.intNumber("days_until_due", base.daysUntilDue(), 0, MAX_DAYS),
                map.bool("auto_advance", base.autoAdvance()),
                event(map.find("tokens_event"), base.tokensEvent()),
                event(map.find("requests_event"), base.requestsEvent()));
        if (terms.mode() == Mode.METER_EVENTS
                && terms.tokensEvent().isEmpty()
                && terms.requestsEvent().isEmpty()) {
            map.problem("tokens_event", "the name of a meter's events, here or as requests_event", "neither");
        }
        map.end();
        return terms;
    }

    private static <T extends Enum<T>> T word(Class<T> type, String text, T otherwise) {
        for (T constant : type.getEnumConstants()) {
            if (constant.name().toLowerCase(Locale.ROOT).equals(text)) {
                return constant;
            }
        }
        return otherwise;
    }

    private static String customer(YamlNode node, String otherwise) {
        if (node == null) {
            return otherwise;
        }
        String text = node.asNonEmptyText();
        if (!text.isEmpty() && !CUSTOMER.matcher(text).matches()) {
            node.problem("the id of a customer at Stripe, which begins with cus_");
            return otherwise;
        }
        return text;
    }

    private static String event(YamlNode node, String otherwise) {
        if (node == null) {
            return otherwise;
        }
        String text = node.asNonEmptyText();
        if (Texts.check(node, text) && text.length() > MAX_EVENT_NAME) {
            node.problem("at most " + MAX_EVENT_NAME + " characters");
        }
        return text;
    }
}
