package openclaw.edge.proxy.admin;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import openclaw.edge.proxy.config.Snapshot;

/**
 * Counters of limits that a reload took away: they stay as they ended, so that no series vanishes while the process runs. At most
 * {@link #MOST} are kept, the latest ones. For one thread.
 */
final class FormerLimits {
    static final int MOST = 10_000;

    private final Map<List<String>, Counters> former = new LinkedHashMap<>();
    private Snapshot snapshot;
    private List<Counters> present = new ArrayList<>();

    /** The counters of one limit; read again each time, and never less than before. */
    static final class Counters {
        private final List<String> labels;
        private final LongSupplier refundedNow;
        private final LongSupplier consumedNow;
        private long refunded;
        private long consumed;

        /**
         * Counters that the tables are asked for; 0 once they know the limit no longer.
         *
         * @param labels the limit's
         */
        Counters(final List<String> labels, final LongSupplier consumedNow, final LongSupplier refundedNow) {
            this.labels = labels;
            this.consumedNow = consumedNow;
            this.refundedNow = refundedNow;
        }

        /** Asks again. Refunds first: so they are never the greater. */
        Counters read() {
            refunded = Math.max(refunded, refundedNow.getAsLong());
            consumed = Math.max(consumed, consumedNow.getAsLong());
            return this;
        }

        List<String> labels() {
            return labels;
        }

        long refunded() {
            return refunded;
        }

        long consumed() {
            return consumed;
        }
    }

    /** Takes over what {@code now} reads; what an earlier snapshot had and this one has not is former from now on. */
    void see(final Snapshot current, final List<Counters> now) {
        if (current != snapshot) {
            final Set<List<String>> labels = new HashSet<>();
            now.forEach(counters -> labels.add(counters.labels));
            former.keySet().removeAll(labels);
            for (final Counters counters : present) {
                if (!labels.contains(counters.labels)) {
                    former.put(counters.labels, counters);
                }
            }
            final Iterator<List<String>> oldest = former.keySet().iterator();
            while (former.size() > MOST) {
                oldest.next();
                oldest.remove();
            }
            snapshot = current;
        }
        present = now;
    }

    /** All that are former, read anew. */
    Iterable<Counters> all() {
        former.values().forEach(Counters::read);
        return former.values();
    }
}
