package openclaw.edge.proxy.notice;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import openclaw.edge.catalog.BillingCalendar;
import openclaw.edge.catalog.BillingTerms;
import openclaw.edge.catalog.CyclePart;

/**
 * One notice, ready to be sent.
 *
 * @param key the idempotency key: the same whenever and by whichever member this notice is sent
 * @param webhook where to; may hold a secret: never to be printed
 * @param secret what it is signed with; empty: it is not signed. Never to be printed
 * @param body JSON
 */
record QuotaNotice(String key, URI webhook, String secret, String body) {
    private static final JsonFactory JSON = new JsonFactory();

    /** Who is told about whom: what a notice says besides the threshold. */
    record Subject(String tenant, CyclePart terms, BillingTerms billing) {}

    /** Tenants' ids hold no slash, so that no two notices share a key. */
    static String key(final Subject subject, final NoticeThreshold threshold) {
        return subject.tenant() + '/' + subject.terms().cycle().id() + '/' + threshold.part();
    }

    static QuotaNotice of(
            final Subject subject,
            final NoticeThreshold threshold,
            final long usedTokens,
            final String node,
            final long epochNs) {
        final String key = key(subject, threshold);
        final CyclePart terms = subject.terms();
        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (JsonGenerator json = JSON.createGenerator(out)) {
            json.writeStartObject();
            json.writeStringField("type", "quota.threshold_reached");
            json.writeStringField("id", key);
            json.writeStringField("tenant_id", subject.tenant());
            json.writeStringField("billing_cycle_id", terms.cycle().id());
            json.writeStringField("cycle_start", instant(terms.cycle().startNs()));
            json.writeStringField("cycle_end", instant(terms.cycle().endNs()));
            json.writeStringField("threshold", threshold.part());
            json.writeNumberField("monthly_quota", terms.cycleQuota());
            json.writeNumberField("used_tokens", usedTokens);
            json.writeStringField("overage", terms.deniesOverage() ? "deny" : "allow");
            json.writeStringField("node", node);
            json.writeStringField("time", instant(epochNs));
            json.writeEndObject();
        } catch (final IOException e) {
            throw new UncheckedIOException("writing to memory failed", e);
        }
        final BillingTerms billing = subject.billing();
        return new QuotaNotice(
                key, URI.create(billing.alertWebhook()), billing.alertSecret(), out.toString(StandardCharsets.UTF_8));
    }

    private static String instant(final long ns) {
        final Instant instant = BillingCalendar.instant(ns);
        return instant.toString();
    }

    /** The key alone. */
    @Override
    public String toString() {
        return key;
    }
}
