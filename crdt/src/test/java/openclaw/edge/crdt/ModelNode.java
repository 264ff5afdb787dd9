package openclaw.edge.crdt;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;

/**
 * The rules of buckets written down plainly, one thread, unlimited integers: what {@link Buckets} is compared with. Time
 * per token is the one thing taken from {@link LimitSpec}, whose rounding has a test of its own.
 */
final class ModelNode {

    private static final BigInteger UNITS_PER_NS = BigInteger.valueOf(16);
    private static final BigInteger FLOOR_PARTS = BigInteger.valueOf(240);
    private static final BigInteger PARTS = BigInteger.valueOf(32_768);

    private final BigInteger all;
    private final List<Bucket> buckets = new ArrayList<>();
    private BigInteger reachable;
    private BigInteger virtual = BigInteger.ZERO;
    private BigInteger sinceVirtual = BigInteger.ZERO;
    private long sinceNs;
    private long quotaUsed;

    private static final class Bucket {
        BigInteger capacity;
        BigInteger perToken;
        BigInteger tat = BigInteger.ZERO;
        BigInteger net = BigInteger.ZERO;

        /** What the floor took off, in parts of the capacity. */
        BigInteger aside = BigInteger.ZERO;

        /** The floor that took it off, in 240ths of the capacity. */
        BigInteger taken = BigInteger.ZERO;

        BigInteger full() {
            return capacity.multiply(perToken);
        }

        BigInteger asideUnits() {
            return full().multiply(aside).divide(PARTS);
        }

        BigInteger takenUnits() {
            return full().multiply(taken).divide(FLOOR_PARTS);
        }

        void setAside(final BigInteger newAside, final BigInteger takenUnits) {
            aside = newAside;
            taken = aside.signum() == 0
                    ? BigInteger.ZERO
                    : takenUnits.add(BigInteger.ONE).multiply(FLOOR_PARTS).divide(full());
        }

        BigInteger parts(final BigInteger units) {
            return units.multiply(PARTS).divide(full());
        }
    }

    ModelNode(final int members, final long nowNs) {
        all = BigInteger.valueOf(members);
        reachable = BigInteger.ONE;
        sinceNs = nowNs;
    }

    void add(final LimitSpec spec) {
        final Bucket bucket = new Bucket();
        bucket.capacity = BigInteger.valueOf(spec.capacityTokens());
        bucket.perToken = BigInteger.valueOf(spec.unitsPerToken());
        buckets.add(bucket);
    }

    /** dv = (k/N) dt. */
    private BigInteger v(final long nowNs) {
        final BigInteger units = BigInteger.valueOf(nowNs - sinceNs).multiply(UNITS_PER_NS);
        virtual = sinceVirtual.add(units.multiply(reachable).divide(all));
        return virtual;
    }

    void members(final int nowReachable, final long nowNs) {
        final BigInteger next = BigInteger.valueOf(nowReachable);
        if (!next.equals(reachable)) {
            sinceVirtual = v(nowNs);
            sinceNs = nowNs;
            final boolean more = next.compareTo(reachable) > 0;
            reachable = next;
            for (int i = 0; more && i < buckets.size(); i++) {
                giveBack(buckets.get(i), nowNs);
            }
        }
    }

    /** What was refilled since is not aside any more; what is above the floor comes back. */
    private void giveBack(final Bucket bucket, final long nowNs) {
        final BigInteger noted = bucket.asideUnits();
        final BigInteger units = noted.min(bucket.tat.subtract(v(nowNs)).max(BigInteger.ZERO));
        final BigInteger usedBefore = bucket.takenUnits().subtract(noted).max(BigInteger.ZERO);
        final BigInteger kept = units.min(floor(bucket).subtract(usedBefore).max(BigInteger.ZERO));
        if (!kept.equals(noted)) {
            bucket.setAside(bucket.parts(kept), floor(bucket).min(kept.add(usedBefore)));
            bucket.tat = bucket.tat.subtract(units.subtract(kept));
        }
    }

    /** What is not usable of a full bucket: all but k/N of it, but never the last token. */
    private BigInteger floor(final Bucket bucket) {
        final BigInteger usable = bucket.full().multiply(reachable).divide(all);
        return bucket.full().subtract(usable.max(bucket.perToken).min(bucket.full()));
    }

    private BigInteger ahead(final Bucket bucket, final long nowNs) {
        return floor(bucket).max(bucket.tat.subtract(v(nowNs)));
    }

    /** Index of the first limit that refuses, the quota being the last; -1 if none. */
    int refusing(final int[] limits, final long tokens, final long quotaLimit, final long nowNs) {
        for (int i = 0; i < limits.length; i++) {
            final Bucket bucket = buckets.get(limits[i]);
            if (excess(limits[i], tokens, nowNs).signum() > 0
                    && BigInteger.valueOf(tokens).compareTo(bucket.capacity) <= 0) {
                giveBack(bucket, nowNs);
            }
            if (excess(limits[i], tokens, nowNs).signum() > 0) {
                return i;
            }
        }
        return quotaUsed + tokens > quotaLimit ? limits.length : -1;
    }

    private BigInteger excess(final int limit, final long tokens, final long nowNs) {
        final Bucket bucket = buckets.get(limit);
        return ahead(bucket, nowNs)
                .add(bucket.perToken.multiply(BigInteger.valueOf(tokens)))
                .subtract(bucket.full());
    }

    long waitNs(final int limit, final long tokens, final long nowNs) {
        return realNs(excess(limit, tokens, nowNs));
    }

    private long realNs(final BigInteger units) {
        final BigInteger virtualNs = ceil(units, UNITS_PER_NS);
        return ceil(virtualNs.multiply(all), reachable).longValueExact();
    }

    private static BigInteger ceil(final BigInteger dividend, final BigInteger divisor) {
        return new BigDecimal(dividend)
                .divide(new BigDecimal(divisor), 0, RoundingMode.CEILING)
                .toBigIntegerExact();
    }

    void take(final int[] limits, final long tokens, final long nowNs) {
        final BigInteger count = BigInteger.valueOf(tokens);
        for (final int limit : limits) {
            final Bucket bucket = buckets.get(limit);
            if (tokens > 0) {
                final BigInteger raised = ahead(bucket, nowNs)
                        .subtract(bucket.tat.subtract(v(nowNs)).max(BigInteger.ZERO));
                if (raised.signum() > 0) {
                    final BigInteger parts = bucket.parts(bucket.asideUnits().add(raised));
                    final BigInteger most = parts.min(bucket.parts(floor(bucket)));
                    if (most.compareTo(bucket.aside) > 0) {
                        final BigInteger taken = bucket.aside.signum() == 0
                                ? floor(bucket)
                                : floor(bucket).min(bucket.takenUnits().add(raised));
                        bucket.setAside(most, taken);
                    }
                }
                bucket.tat = v(nowNs).add(ahead(bucket, nowNs)).add(bucket.perToken.multiply(count));
                bucket.net = bucket.net.add(count);
            }
        }
        quotaUsed += tokens;
    }

    /** Debit without asking. */
    void debit(final int[] limits, final long tokens, final long nowNs) {
        for (final int limit : limits) {
            final Bucket bucket = buckets.get(limit);
            final BigInteger count = BigInteger.valueOf(tokens);
            bucket.tat = bucket.tat.max(v(nowNs)).add(bucket.perToken.multiply(count));
            bucket.net = bucket.net.add(count);
        }
        quotaUsed += tokens;
    }

    /** Credit, never above full. */
    void refund(final int[] limits, final long tokens, final long nowNs) {
        for (final int limit : limits) {
            final Bucket bucket = buckets.get(limit);
            final BigInteger count = BigInteger.valueOf(tokens);
            final BigInteger credited = bucket.tat.subtract(bucket.perToken.multiply(count));
            bucket.tat = bucket.tat.min(credited.max(v(nowNs)));
            bucket.net = bucket.net.subtract(count);
        }
        quotaUsed -= tokens;
    }

    /** tat' = v + (tat - v) * T_new / T_old, rounded up; full stays full. */
    void change(final int limit, final LimitSpec spec, final long nowNs) {
        final Bucket bucket = buckets.get(limit);
        final BigInteger perToken = BigInteger.valueOf(spec.unitsPerToken());
        final BigInteger used = bucket.tat.subtract(v(nowNs));
        if (used.signum() > 0) {
            bucket.tat = v(nowNs).add(ceil(used.multiply(perToken), bucket.perToken));
        }
        bucket.setAside(BigInteger.ZERO, BigInteger.ZERO);
        bucket.perToken = perToken;
        bucket.capacity = BigInteger.valueOf(spec.capacityTokens());
    }

    long remaining(final int limit, final long nowNs) {
        final Bucket bucket = buckets.get(limit);
        final BigInteger left = bucket.full().subtract(ahead(bucket, nowNs)).max(BigInteger.ZERO);
        return left.divide(bucket.perToken).longValueExact();
    }

    long resetNs(final int limit, final long nowNs) {
        final Bucket bucket = buckets.get(limit);
        return realNs(ahead(bucket, nowNs).subtract(floor(bucket)));
    }

    BigInteger net(final int limit) {
        return buckets.get(limit).net;
    }

    long quotaUsed() {
        return quotaUsed;
    }
}
