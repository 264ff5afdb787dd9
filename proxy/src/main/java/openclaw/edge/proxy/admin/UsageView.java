package openclaw.edge.proxy.admin;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import openclaw.edge.catalog.CyclePart;
import openclaw.edge.catalog.LimitRule;
import openclaw.edge.catalog.Quota;
import openclaw.edge.proxy.config.Snapshot;
import openclaw.edge.proxy.decide.AdmissionPart;
import openclaw.edge.proxy.decide.GuardingLimit;
import openclaw.edge.proxy.decide.TenantEntry;

/** A tenant's limits, quota and usage as JSON: what is left now, what the cycle has cost so far, which agents used it. */
final class UsageView {
    private static final long NS_PER_SECOND = 1_000_000_000L;
    private static final long NS_PER_MS = 1_000_000L;

    private final AdminSources sources;

    UsageView(final AdminSources sources) {
        this.sources = sources;
    }

    /** Ids of all tenants. */
    byte[] tenants() {
        final Snapshot snapshot = sources.snapshots().current();
        return JsonText.of(json -> {
            json.writeStartObject();
            json.writeArrayFieldStart("tenants");
            for (int i = 0; i < snapshot.tenantCount(); i++) {
                json.writeString(snapshot.tenant(i).id());
            }
            json.writeEndArray();
            json.writeEndObject();
        });
    }

    /** One tenant's usage, or null when there is no such tenant. */
    byte[] usage(final String id) {
        final TenantEntry tenant = find(id);
        if (tenant == null) {
            return null;
        }
        final long nowMs = System.currentTimeMillis();
        final AdmissionPart part = tenant.partAt(nowMs * NS_PER_MS);
        return JsonText.of(json -> {
            json.writeStartObject();
            json.writeStringField("tenant_id", id);
            json.writeStringField("time", Instant.ofEpochMilli(nowMs).toString());
            json.writeStringField("plan", part.terms().terms().plan());
            writeCycle(json, part);
            json.writeArrayFieldStart("limits");
            for (int i = 0; i < part.limitCount(); i++) {
                writeLimit(json, part.limit(i), part.terms());
            }
            json.writeEndArray();
            writeAgents(json, id);
            json.writeEndObject();
        });
    }

    private TenantEntry find(final String id) {
        final Snapshot snapshot = sources.snapshots().current();
        for (int i = 0; i < snapshot.tenantCount(); i++) {
            if (snapshot.tenant(i).id().equals(id)) {
                return snapshot.tenant(i);
            }
        }
        return null;
    }

    private void writeCycle(final JsonGenerator json, final AdmissionPart part) throws IOException {
        final CyclePart terms = part.terms();
        final long consumed = sources.tables().quotas().consumedTokens(part.quota());
        final long refunded = sources.tables().quotas().refundedTokens(part.quota());
        final long used = Math.max(0, consumed - refunded);
        json.writeStringField("billing_cycle_id", terms.cycle().id());
        json.writeStringField("cycle_start", instant(terms.cycle().startNs()));
        json.writeStringField("cycle_end", instant(terms.cycle().endNs()));
        json.writeObjectFieldStart("usage");
        json.writeNumberField("tokens", used);
        json.writeNumberField("tokens_refunded", refunded);
        json.writeEndObject();
        json.writeObjectFieldStart("quota");
        if (terms.cycleQuota() == Quota.NONE) {
            json.writeNullField("monthly_quota");
            json.writeNullField("remaining");
        } else {
            json.writeNumberField("monthly_quota", terms.cycleQuota());
            json.writeNumberField("remaining", Math.max(0, terms.cycleQuota() - used));
        }
        json.writeStringField("overage", terms.deniesOverage() ? "deny" : "allow");
        json.writeEndObject();
    }

    private void writeLimit(final JsonGenerator json, final GuardingLimit limit, final CyclePart terms)
            throws IOException {
        final AdminSources.Tables tables = sources.tables();
        json.writeStartObject();
        json.writeStringField("name", limit.name());
        for (final LimitRule rule : terms.terms().limits()) {
            if (rule.name().equals(limit.name())) {
                json.writeStringField("per", rule.per().name().toLowerCase(Locale.ROOT));
                json.writeNumberField("capacity", rule.capacity());
                json.writeNumberField("refill_rate", rule.refillRate());
                json.writeNumberField("interval_seconds", rule.intervalSeconds());
            }
        }
        if (limit.agents() == null) {
            json.writeNumberField(
                    "remaining",
                    tables.buckets()
                            .remainingTokens(limit.bucket(), tables.bucketNs().getAsLong()));
        } else {
            json.writeNumberField("live_agents", tables.buckets().liveAgents(limit.agents()));
            json.writeNumberField("max_agents", limit.agents().maxAgents());
        }
        json.writeEndObject();
    }

    private void writeAgents(final JsonGenerator json, final String tenant) throws IOException {
        AgentUsage.Used sum = new AgentUsage.Used(0, 0);
        json.writeArrayFieldStart("agents");
        for (final Map.Entry<String, AgentUsage.Used> agent :
                AgentUsage.of(sources, tenant).entrySet()) {
            sum = sum.plus(agent.getValue());
            json.writeStartObject();
            json.writeStringField("agent_id", agent.getKey());
            json.writeNumberField("requests", agent.getValue().requests());
            json.writeNumberField("tokens", agent.getValue().tokens());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeObjectFieldStart("since_start");
        json.writeNumberField("requests", sum.requests());
        json.writeNumberField("tokens", sum.tokens());
        json.writeEndObject();
    }

    private static String instant(final long ns) {
        return Instant.ofEpochSecond(Math.floorDiv(ns, NS_PER_SECOND), Math.floorMod(ns, NS_PER_SECOND))
                .toString();
    }
}
