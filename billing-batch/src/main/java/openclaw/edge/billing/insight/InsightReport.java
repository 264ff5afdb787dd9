package openclaw.edge.billing.insight;

import java.io.PrintWriter;
import java.util.Comparator;
import java.util.List;

/** Insights of a cycle, to be printed. Immutable. */
public final class InsightReport {
    private final String cycle;
    private final String agent;
    private final String model;
    private final Insight total;
    private final List<Insight> tenants;
    private final long latestNs;

    InsightReport(String cycle, String agent, String model, Insight total, List<Insight> tenants, long latestNs) {
        this.cycle = cycle;
        this.agent = agent;
        this.model = model;
        this.total = total;
        this.tenants = List.copyOf(tenants);
        this.latestNs = latestNs;
    }

    /** By what time usage is told. */
    public enum Step {
        /** By hour. */
        HOUR,
        /** By day, in UTC. */
        DAY
    }

    /** The last instant that journals tell of, nanoseconds since 1970; {@link Long#MIN_VALUE} when none was read. */
    public long latestNs() {
        return latestNs;
    }

    /** Whether nothing at all was used in the cycle by what was asked for. */
    public boolean isWithoutUsage() {
        return Insight.sum(total.requests()) == 0 && Insight.sum(total.tokens()) == 0;
    }

    /** Prints it for people, in at most 80 columns. */
    public void printText(Step step, List<String> only, int top, PrintWriter out) {
        List<Insight> shown = shown(only, top);
        new InsightText(step, out).print(heading(), total(only), shown, hidden(only, shown));
    }

    /** Prints JSON, an object a line: first all tenants together, then each; the same input gives the same bytes. */
    public void printJson(Step step, List<String> only, PrintWriter out) {
        if (only.isEmpty()) {
            out.println(InsightJson.write(total, agent, model, step));
        }
        shown(only, Integer.MAX_VALUE).forEach(tenant -> out.println(InsightJson.write(tenant, agent, model, step)));
    }

    /** The report as a page that needs nothing but itself. */
    public String html(Step step, List<String> only, int top) {
        List<Insight> shown = shown(only, top);
        return new InsightPage(step).write(heading(), total(only), shown, hidden(only, shown));
    }

    private Insight total(List<String> only) {
        return only.isEmpty() ? total : null;
    }

    /** The tenants that used most; those that were asked for all, in their order. */
    private List<Insight> shown(List<String> only, int top) {
        if (!only.isEmpty()) {
            return tenants.stream()
                    .filter(tenant -> only.contains(tenant.tenantId()))
                    .toList();
        }
        return top == Integer.MAX_VALUE
                ? tenants
                : tenants.stream()
                        .sorted(Comparator.comparingLong(Insight::usedTokens).reversed())
                        .limit(top)
                        .toList();
    }

    private int hidden(List<String> only, List<Insight> shown) {
        return only.isEmpty() ? tenants.size() - shown.size() : 0;
    }

    private String heading() {
        StringBuilder text = new StringBuilder("Usage of cycle ").append(cycle);
        if (agent != null) {
            text.append(", agent ").append(agent);
        }
        if (model != null) {
            text.append(", model ").append(model);
        }
        return text.toString();
    }
}
