package openclaw.edge.catalog;

import java.math.BigDecimal;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.Currency;
import openclaw.edge.yaml.Suggestion;
import openclaw.edge.yaml.YamlMap;
import openclaw.edge.yaml.YamlNode;

/** Reads a {@code billing} block over the terms that hold without it. */
final class BillingReader {
    private static final BigDecimal LEAST_THRESHOLD = new BigDecimal("0.01");

    private static final int MIN_SECRET_BYTES = 16;

    private BillingReader() {}

    static BillingTerms read(YamlMap map, BillingTerms base) {
        Currency currency = currency(map, base);
        int invoiceDay = map.intNumber("invoice_day", base.calendar().invoiceDay(), 1, 31);
        BillingTerms terms = new BillingTerms(
                currency.getCurrencyCode(),
                currency.getDefaultFractionDigits(),
                new BillingCalendar(invoiceDay, zone(map.find("time_zone"), base)),
                map.decimal("reminder_threshold", base.reminderThreshold(), LEAST_THRESHOLD, BigDecimal.ONE, 6),
                webhook(map.find("alert_webhook"), base),
                secret(map.find("alert_secret"), base),
                PartyReader.seller(map.map("seller"), base.seller()),
                StripeReader.read(map.map("stripe"), base.stripe()));
        map.end();
        return terms;
    }

    private static Currency currency(YamlMap map, BillingTerms base) {
        Currency known = Currency.getInstance(base.currency());
        YamlNode node = map.find("currency");
        if (node == null) {
            return known;
        }
        String code = node.asNonEmptyText();
        for (Currency candidate : Currency.getAvailableCurrencies()) {
            int digits = candidate.getDefaultFractionDigits();
            if (candidate.getCurrencyCode().equals(code) && (digits == 0 || digits == 2 || digits == 3)) {
                return candidate;
            }
        }
        if (!code.isEmpty()) {
            node.problem("an ISO 4217 code like USD of a currency with 0, 2 or 3 decimals");
        }
        return known;
    }

    private static ZoneId zone(YamlNode node, BillingTerms base) {
        if (node == null) {
            return base.calendar().zone();
        }
        String id = node.asNonEmptyText();
        try {
            return id.isEmpty() ? base.calendar().zone() : ZoneId.of(id);
        } catch (DateTimeException e) {
            String suggestion = Suggestion.of(id, ZoneId.getAvailableZoneIds());
            node.problem("a time zone like UTC or Europe/Berlin", id + suggestion);
            return base.calendar().zone();
        }
    }

    private static String secret(YamlNode node, BillingTerms base) {
        if (node == null) {
            return base.alertSecret();
        }
        String text = node.asSecret().asText();
        if (!text.isEmpty() && text.getBytes(StandardCharsets.UTF_8).length < MIN_SECRET_BYTES) {
            node.asSecret().problem("a secret of at least " + MIN_SECRET_BYTES + " bytes");
            return "";
        }
        return text;
    }

    private static String webhook(YamlNode node, BillingTerms base) {
        if (node == null) {
            return base.alertWebhook();
        }
        String text = node.asSecret().asText();
        try {
            URI uri = new URI(text);
            boolean http = "https".equals(uri.getScheme()) || "http".equals(uri.getScheme());
            if (text.isEmpty() || (http && uri.getHost() != null)) {
                return text;
            }
        } catch (URISyntaxException e) {
            node.asSecret().problem("a URL that begins with https:// or http://");
            return "";
        }
        node.asSecret().problem("a URL that begins with https:// or http://");
        return "";
    }
}
