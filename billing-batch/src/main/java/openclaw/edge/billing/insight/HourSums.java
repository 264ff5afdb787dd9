package openclaw.edge.billing.insight;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import openclaw.edge.ledger.read.NameDictionary;

/** One tenant's requests and tokens by hour, and by agent and model of the cycle. Not thread-safe. */
final class HourSums {
    private final long firstHour;
    private long[] requests = new long[0];
    private long[] tokens = new long[0];
    private final Map<Object, long[]> agents = new TreeMap<>();
    private final Map<Object, long[]> models = new TreeMap<>();

    /** Nothing yet, of hours from the given one on. */
    HourSums(long firstHour) {
        this.firstHour = firstHour;
    }

    void add(long hour, long moreRequests, long moreTokens) {
        int index = (int) (hour - firstHour);
        if (index < 0) {
            return;
        }
        if (index >= tokens.length) {
            int length = Math.max(index + 1, tokens.length * 3 / 2);
            requests = Arrays.copyOf(requests, length);
            tokens = Arrays.copyOf(tokens, length);
        }
        requests[index] += moreRequests;
        tokens[index] = Math.addExact(tokens[index], moreTokens);
    }

    /** Counts usage of the cycle; the agent and the model are names, or ids as long as they are all of one kind. */
    void addAgent(Object agent, long moreRequests, long moreTokens) {
        addTo(agents, agent, moreRequests, moreTokens);
    }

    void addModel(Object model, long moreRequests, long moreTokens) {
        addTo(models, model, moreRequests, moreTokens);
    }

    private static void addTo(Map<Object, long[]> sums, Object name, long moreRequests, long moreTokens) {
        long[] sum = sums.computeIfAbsent(name, absent -> new long[2]);
        sum[0] += moreRequests;
        sum[1] = Math.addExact(sum[1], moreTokens);
    }

    void addAll(HourSums other) {
        for (int i = other.tokens.length - 1; i >= 0; i--) {
            if (other.requests[i] != 0 || other.tokens[i] != 0) {
                add(firstHour + i, other.requests[i], other.tokens[i]);
            }
        }
        other.agents.forEach((name, sum) -> addTo(agents, name, sum[0], sum[1]));
        other.models.forEach((name, sum) -> addTo(models, name, sum[0], sum[1]));
    }

    /** The same with names for ids. */
    HourSums spelled(long first, NameDictionary names) {
        HourSums spelled = new HourSums(first);
        spelled.requests = requests;
        spelled.tokens = tokens;
        agents.forEach((id, sum) -> addTo(spelled.agents, names.text((Long) id), sum[0], sum[1]));
        models.forEach((id, sum) -> addTo(spelled.models, names.text((Long) id), sum[0], sum[1]));
        return spelled;
    }

    /** Requests and tokens by agent. */
    Map<Object, long[]> agents() {
        return agents;
    }

    /** Requests and tokens by model. */
    Map<Object, long[]> models() {
        return models;
    }

    /** Requests of some hours. */
    long requests(long fromHour, long toHour) {
        return sum(requests, fromHour, toHour);
    }

    /** Tokens of some hours. */
    long tokens(long fromHour, long toHour) {
        return sum(tokens, fromHour, toHour);
    }

    private long sum(long[] of, long fromHour, long toHour) {
        long sum = 0;
        for (long hour = Math.max(fromHour, firstHour); hour < toHour && hour - firstHour < of.length; hour++) {
            sum = Math.addExact(sum, of[(int) (hour - firstHour)]);
        }
        return sum;
    }

    /** The first hour with usage; {@link Long#MAX_VALUE} when there is none. */
    long firstUsed() {
        for (int i = 0; i < tokens.length; i++) {
            if (tokens[i] != 0 || requests[i] != 0) {
                return firstHour + i;
            }
        }
        return Long.MAX_VALUE;
    }

    /** Tokens of every hour of a range. */
    long[] tokensByHour(long fromHour, long toHour) {
        return byHour(tokens, fromHour, toHour);
    }

    /** Requests of every hour of a range. */
    long[] requestsByHour(long fromHour, long toHour) {
        return byHour(requests, fromHour, toHour);
    }

    private long[] byHour(long[] of, long fromHour, long toHour) {
        if (fromHour >= toHour) {
            return new long[0];
        }
        long[] range = new long[(int) (toHour - fromHour)];
        for (int i = 0; i < range.length; i++) {
            long index = fromHour + i - firstHour;
            range[i] = index >= 0 && index < of.length ? of[(int) index] : 0;
        }
        return range;
    }
}
