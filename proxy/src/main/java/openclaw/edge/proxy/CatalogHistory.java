package openclaw.edge.proxy;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeSet;
import openclaw.edge.catalog.BillingCalendar;
import openclaw.edge.catalog.BillingTerms;
import openclaw.edge.catalog.Catalog;
import openclaw.edge.catalog.Item;
import openclaw.edge.catalog.PackagePrice;
import openclaw.edge.catalog.PlanSlice;
import openclaw.edge.catalog.Price;
import openclaw.edge.catalog.Tenant;
import openclaw.edge.catalog.Terms;
import openclaw.edge.yaml.Problem;
import openclaw.edge.yaml.Problems;

/**
 * What a catalog charged until now may not change, or invoices of the past could not be computed again. Limits, costs and
 * keys have no history: they act at admission and are not asked again.
 */
final class CatalogHistory {
    private static final long NANOS = 1_000_000_000L;

    private final Problems problems;
    private final long nowNs;

    /**
     * @param problems where changes go
     * @param nowNs nanoseconds since 1970: what begins later may still be changed
     */
    CatalogHistory(Problems problems, long nowNs) {
        this.problems = problems;
        this.nowNs = nowNs;
    }

    /** Adds a problem per tenant for each kind of thing that the new catalog says otherwise of the past. */
    void check(Catalog earlier, Catalog current) {
        for (Tenant old : earlier.tenants()) {
            Tenant now = current.tenant(old.id());
            if (now == null) {
                changed(old, "", "the tenant to stay, with its keys removed if it may no longer call", "nothing");
                continue;
            }
            checkBilling(old, now);
            checkItems(old, now);
            for (long fromNs : beginnings(old, now)) {
                checkTerms(old, fromNs, at(old, fromNs), at(now, fromNs));
            }
        }
    }

    private void checkBilling(Tenant old, Tenant now) {
        BillingTerms was = old.billing();
        BillingTerms is = now.billing();
        same(old, ".billing.currency", "always", was.currency(), is.currency());
        same(
                old,
                ".billing.invoice_day",
                "always",
                was.calendar().invoiceDay(),
                is.calendar().invoiceDay());
        same(
                old,
                ".billing.time_zone",
                "always",
                was.calendar().zone(),
                is.calendar().zone());
    }

    private void checkTerms(Tenant tenant, long fromNs, Terms was, Terms is) {
        String since = fromNs == Long.MIN_VALUE
                ? "always"
                : "since " + Instant.ofEpochSecond(Math.floorDiv(fromNs, NANOS), Math.floorMod(fromNs, NANOS));
        same(tenant, ".plan", since, was.plan(), is.plan());
        same(tenant, ".bill", since, was.bill(), is.bill());
        same(tenant, ".monthly_quota", since, was.quota().monthly(), is.quota().monthly());
        same(tenant, ".overage", since, was.quota().overage(), is.quota().overage());
        same(
                tenant,
                ".subscription_fee",
                since,
                plain(was.price().subscriptionFee()),
                plain(is.price().subscriptionFee()));
        same(
                tenant,
                ".overage_rate",
                since,
                plain(was.price().overageRate()),
                plain(is.price().overageRate()));
        same(tenant, ".package", since, packages(was.price()), packages(is.price()));
        unchanged(tenant, ".tiers", since, was.price().tiers(), is.price().tiers());
        same(
                tenant,
                ".minimum_commitment",
                since,
                plain(was.price().minimumCommitment()),
                plain(is.price().minimumCommitment()));
        same(
                tenant,
                ".multipliers",
                since,
                was.price().multipliers(),
                is.price().multipliers());
        unchanged(tenant, ".tax", since, was.price().tax(), is.price().tax());
    }

    private static String packages(Price price) {
        PackagePrice packages = price.packages();
        return packages == null
                ? "none"
                : plain(packages.price()) + " per " + packages.size() + " "
                        + packages.unit().name().toLowerCase(Locale.ROOT);
    }

    private void unchanged(Tenant tenant, String key, String since, Object was, Object is) {
        if (!Objects.equals(was, is)) {
            changed(
                    tenant,
                    key,
                    "what was there before (" + since + "); add the change with a from: that is to come",
                    is == null ? "nothing" : "something else");
        }
    }

    private static String text(Item item) {
        return item.kind().name().toLowerCase(Locale.ROOT) + " of "
                + item.amount().toPlainString() + " to " + item.tenant() + " at " + BillingCalendar.instant(item.atNs())
                + ": " + item.description();
    }

    /** Items of the past stay as they were; new ones may be added, also late. */
    private void checkItems(Tenant old, Tenant now) {
        Map<String, Item> current = new HashMap<>();
        now.items().forEach(item -> current.put(item.id(), item));
        for (Item item : old.items()) {
            if (item.atNs() <= nowNs && !item.equals(current.get(item.id()))) {
                Item found = current.get(item.id());
                problems.add(new Problem(
                        "the catalog",
                        0,
                        "items." + item.id(),
                        text(item) + " as before; add another item that makes good what is wrong",
                        found == null ? "nothing" : text(found)));
            }
        }
    }

    private void same(Tenant tenant, String key, String since, Object was, Object is) {
        if (!Objects.equals(was, is)) {
            changed(
                    tenant,
                    key,
                    was + " as before (" + since + "); add the change with a from: that is to come",
                    is.toString());
        }
    }

    private void changed(Tenant tenant, String key, String expected, String found) {
        problems.add(new Problem("the catalog", 0, "tenants." + tenant.id() + key, expected, found));
    }

    private static String plain(BigDecimal price) {
        return price == null ? "none" : price.stripTrailingZeros().toPlainString();
    }

    private SortedSet<Long> beginnings(Tenant old, Tenant now) {
        SortedSet<Long> beginnings = new TreeSet<>();
        for (Tenant tenant : new Tenant[] {old, now}) {
            for (PlanSlice slice : tenant.slices()) {
                if (slice.fromNs() <= nowNs) {
                    beginnings.add(slice.fromNs());
                }
            }
        }
        return beginnings;
    }

    private static Terms at(Tenant tenant, long instantNs) {
        for (PlanSlice slice : tenant.slices()) {
            if (instantNs >= slice.fromNs() && instantNs < slice.toNs()) {
                return slice.terms();
            }
        }
        throw new IllegalStateException("tenant " + tenant.id() + " has no terms at " + instantNs);
    }
}
