package openclaw.edge.billing.insight;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import openclaw.edge.billing.aggregate.BillingCells;
import openclaw.edge.billing.aggregate.LaneSums;
import openclaw.edge.billing.aggregate.UsageTotal;
import openclaw.edge.billing.insight.Insight.Amount;
import openclaw.edge.billing.insight.statistics.SeasonalForecast;
import openclaw.edge.catalog.CyclePart;
import openclaw.edge.catalog.Item;
import openclaw.edge.catalog.Tenant;
import openclaw.edge.rating.PartUsage;
import openclaw.edge.rating.RatedLine;
import openclaw.edge.rating.Rating;
import openclaw.edge.rating.Totals;
import openclaw.edge.rating.Usage;

/**
 * What a cycle costs, and what it is expected to: the project's rating of whole numbers of requests and tokens, those that
 * were used and those that a forecast gives for each part of the cycle. Within a part they are shared out to the multipliers
 * as what was used so far.
 */
final class AmountForecast {
    private final Tenant tenant;
    private final List<CyclePart> parts;
    private final List<Item> items;
    private final List<List<Usage>> used = new ArrayList<>();

    AmountForecast(BillingCells cells, List<LaneSums> lanes, int number) {
        this.tenant = cells.tenants().get(number);
        this.parts = cells.parts(number);
        this.items = tenant.items(cells.cycle(number));
        for (CyclePart part : parts) {
            List<Usage> classes = new ArrayList<>();
            int end = cells.firstCell(number, part.index() + 1);
            for (int cell = cells.firstCell(number, part.index()); cell < end; cell++) {
                UsageTotal total = new UsageTotal();
                for (LaneSums lane : lanes) {
                    lane.addTo(total, cell, cell + 1);
                }
                classes.add(new Usage(total.requests(), total.tokens()));
            }
            used.add(classes);
        }
    }

    /** So far, and at the cycle's end where it goes on. */
    Amount amount(Insight insight, SeasonalForecast restRequests) {
        String currency = tenant.billing().currency();
        BigDecimal soFar = rate(used);
        SeasonalForecast rest = insight.rest();
        if (rest == null) {
            return new Amount(currency, soFar, null, null, null);
        }
        return new Amount(
                currency,
                soFar,
                rate(with(insight, rest, rest.expected(), restRequests, restRequests.expected())),
                rate(with(insight, rest, rest.low(), restRequests, restRequests.low())),
                rate(with(insight, rest, rest.high(), restRequests, restRequests.high())));
    }

    private BigDecimal rate(List<List<Usage>> classes) {
        List<PartUsage> usage = new ArrayList<>();
        for (int i = 0; i < parts.size(); i++) {
            usage.add(new PartUsage(parts.get(i), classes.get(i)));
        }
        int digits = tenant.billing().minorDigits();
        List<RatedLine> lines = Rating.rate(usage, items, digits);
        return Totals.of(lines, items, BigDecimal.ZERO, digits).total();
    }

    /** What was used and, of what is to come, each part's own. */
    private List<List<Usage>> with(
            Insight insight, SeasonalForecast tokens, long allTokens, SeasonalForecast requests, long allRequests) {
        List<List<Usage>> sums = new ArrayList<>();
        for (int i = 0; i < parts.size(); i++) {
            CyclePart part = parts.get(i);
            int from = restHour(insight, part.fromNs() / UsageHistory.HOUR_NS);
            int to = i == parts.size() - 1
                    ? restHour(insight, insight.toHour())
                    : restHour(insight, part.toNs() / UsageHistory.HOUR_NS);
            Usage more = new Usage(
                    Figures.scaled(requests.expected(from, to), allRequests, requests.expected()),
                    Figures.scaled(tokens.expected(from, to), allTokens, tokens.expected()));
            sums.add(sharedOut(used.get(i), more));
        }
        return sums;
    }

    private static int restHour(Insight insight, long hour) {
        return (int) Math.max(0, Math.min(insight.toHour(), hour) - insight.asOfHour());
    }

    /** In proportion to what was used; what rounding leaves, or all where nothing was, to what no multiplier matches. */
    private static List<Usage> sharedOut(List<Usage> soFar, Usage more) {
        long requests = 0;
        long tokens = 0;
        for (Usage usage : soFar) {
            requests = Math.addExact(requests, usage.requests());
            tokens = Math.addExact(tokens, usage.tokens());
        }
        long requestsLeft = more.requests();
        long tokensLeft = more.tokens();
        List<Usage> sums = new ArrayList<>(soFar);
        for (int i = sums.size() - 1; i >= 0; i--) {
            Usage usage = soFar.get(i);
            long ownRequests = i == 0 ? requestsLeft : Figures.scaled(usage.requests(), more.requests(), requests);
            long ownTokens = i == 0 ? tokensLeft : Figures.scaled(usage.tokens(), more.tokens(), tokens);
            requestsLeft -= ownRequests;
            tokensLeft -= ownTokens;
            sums.set(
                    i,
                    new Usage(Math.addExact(usage.requests(), ownRequests), Math.addExact(usage.tokens(), ownTokens)));
        }
        return sums;
    }
}
