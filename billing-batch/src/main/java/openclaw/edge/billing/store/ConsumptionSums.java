package openclaw.edge.billing.store;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Sums of the consumption of finalized cycles, of all agents and models or of one. */
public final class ConsumptionSums {
    private final Store store;
    private final String agent;
    private final String model;

    /**
     * Of a store.
     *
     * @param agent this agent alone; null for all
     * @param model this model alone; null for all
     */
    public ConsumptionSums(Store store, String agent, String model) {
        this.store = store;
        this.agent = agent;
        this.model = model;
    }

    /**
     * A sum.
     *
     * @param tenantId whose usage
     * @param name hour (ISO 8601 in UTC), agent or model
     * @param requests billed requests
     * @param tokens charged tokens
     */
    public record Sum(String tenantId, String name, long requests, long tokens) {}

    /** By tenant and hour, of hours before one. */
    public List<Sum> hours(String cycle, Instant before) throws IOException {
        return sums(cycle, "hour", before);
    }

    /** By tenant and agent, of hours before one. */
    public List<Sum> agents(String cycle, Instant before) throws IOException {
        return sums(cycle, "agent", before);
    }

    /** By tenant and model, of hours before one. */
    public List<Sum> models(String cycle, Instant before) throws IOException {
        return sums(cycle, "model", before);
    }

    private List<Sum> sums(String cycle, String column, Instant before) throws IOException {
        StringBuilder sql = new StringBuilder("SELECT tenant_id, " + column
                + ", sum(requests), sum(tokens) FROM consumption WHERE cycle = ? AND hour < ?");
        // Hours are texts of one length, which sort as instants do.
        List<Object> values = new ArrayList<>(List.of(cycle, before.toString()));
        if (agent != null) {
            sql.append(" AND agent = ?");
            values.add(agent);
        }
        if (model != null) {
            sql.append(" AND model = ?");
            values.add(model);
        }
        sql.append(" GROUP BY tenant_id, ")
                .append(column)
                .append(" ORDER BY tenant_id, ")
                .append(column);
        return store.transaction(query -> query.list(
                sql.toString(),
                row -> new Sum(row.getString(1), row.getString(2), row.getLong(3), row.getLong(4)),
                values.toArray()));
    }
}
