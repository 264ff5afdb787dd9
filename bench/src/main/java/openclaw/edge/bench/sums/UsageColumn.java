package openclaw.edge.bench.sums;

import java.util.Arrays;
import java.util.Locale;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import openclaw.edge.ledger.record.UsageRecord;

/** The columns of the table {@code usage}: every field of a usage record but its length, type and CRC. */
enum UsageColumn {
    LIFE_HIGH("BIGINT", UsageRecord::lifeHigh),
    LIFE_LOW("BIGINT", UsageRecord::lifeLow),
    SEQUENCE("BIGINT", UsageRecord::sequence),
    EXCHANGE("BIGINT", UsageRecord::exchange),
    TENANT_ID("BIGINT", UsageRecord::tenantId),
    AGENT_ID("BIGINT", UsageRecord::agentId),
    ROUTE_ID("BIGINT", UsageRecord::routeId),
    MODEL_ID("BIGINT", UsageRecord::modelId),
    ADMITTED_NS("BIGINT", UsageRecord::admittedNs),
    LATENCY_NS("BIGINT", UsageRecord::latencyNs),
    BYTES_IN("BIGINT", UsageRecord::bytesIn),
    BYTES_OUT("BIGINT", UsageRecord::bytesOut),
    INPUT_TOKENS("BIGINT", UsageRecord::inputTokens),
    OUTPUT_TOKENS("BIGINT", UsageRecord::outputTokens),
    ADMITTED_TOKENS("BIGINT", UsageRecord::admittedTokens),
    CHARGED_TOKENS("BIGINT", UsageRecord::chargedTokens),
    REQUEST_ID_HASH("BIGINT", UsageRecord::requestIdHash),
    LANE("INTEGER", UsageRecord::lane),
    REQUESTS("INTEGER", UsageRecord::requests),
    STATUS("SMALLINT", UsageRecord::status),
    OUTCOME(
            "SMALLINT",
            record -> record.outcome() == null ? 0 : record.outcome().code()),
    PHASE("SMALLINT", record -> record.phase() == null ? 0 : record.phase().code()),
    IS_FINAL("BOOLEAN", record -> record.isFinal() ? 1 : 0),
    IS_EXEMPT("BOOLEAN", record -> record.isExempt() ? 1 : 0);

    /** Columns that {@link #sumsOf} reads. */
    static final String READ_BY_SUMS = "'tenant_id', 'is_final', 'is_exempt', 'charged_tokens', 'admitted_ns'";

    private final String type;

    /** A method of the record, which has no state. */
    @SuppressWarnings("ImmutableEnumChecker")
    private final ToLongFunction<UsageRecord> value;

    UsageColumn(final String type, final ToLongFunction<UsageRecord> value) {
        this.type = type;
        this.value = value;
    }

    String type() {
        return type;
    }

    /** The field; 0 and 1 for a BOOLEAN. */
    long of(final UsageRecord record) {
        return value.applyAsLong(record);
    }

    /** In parentheses, for CREATE TABLE. */
    static String definitions() {
        return Arrays.stream(values())
                .map(column -> column.name().toLowerCase(Locale.ROOT) + " " + column.type + " NOT NULL")
                .collect(Collectors.joining(", ", "(", ")"));
    }

    /**
     * The query: tenant id, billed requests, charged tokens.
     *
     * @param table or what stands for it in FROM
     * @param source whose cycle it is
     */
    static String sumsOf(final String table, final Source source) {
        return "SELECT tenant_id,"
                + " count(*) FILTER (WHERE is_final AND (charged_tokens > 0 OR NOT is_exempt)), sum(charged_tokens)"
                + " FROM " + table + " WHERE admitted_ns >= "
                + source.cells().earliestNs() + " AND admitted_ns < "
                + source.cells().latestNs() + " GROUP BY tenant_id";
    }
}
