package openclaw.edge.billing.store;

/**
 * What an agent used of a model within an hour.
 *
 * @param tenantId whose agent
 * @param hour its first instant, ISO 8601 in UTC
 * @param agent name
 * @param model name, or empty
 * @param requests billed requests
 * @param exemptRequests requests that {@code bill:} exempts
 * @param tokens charged tokens
 */
public record ConsumptionRow(
        String tenantId, String hour, String agent, String model, long requests, long exemptRequests, long tokens) {}
