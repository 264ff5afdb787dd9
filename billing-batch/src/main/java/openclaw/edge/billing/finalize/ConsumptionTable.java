package openclaw.edge.billing.finalize;

import java.util.Arrays;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.IntFunction;
import openclaw.edge.billing.invoice.InvoiceJson;
import openclaw.edge.billing.store.ConsumptionRow;
import openclaw.edge.ledger.read.NameDictionary;

/**
 * Sums by tenant, hour, agent and model: an open-addressed table of longs, 48 bytes a row, at most two thirds full. Not
 * thread-safe.
 */
final class ConsumptionTable {
    private static final long HOUR_NS = 3_600_000_000_000L;
    private static final int TENANT_HOUR = 0;
    private static final int AGENT = 1;
    private static final int MODEL = 2;
    private static final int REQUESTS = 3;
    private static final int EXEMPT = 4;
    private static final int TOKENS = 5;
    private static final int FIELDS = 6;
    private static final int FIRST_ROWS = 1 << 10;
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    private long[] table = new long[FIRST_ROWS * FIELDS];
    private int rows;

    /** Adds usage of an instant after 1970. */
    void add(int tenant, long admittedNs, long agent, long model, long requests, long exempt, long tokens) {
        addTo((long) tenant << 32 | admittedNs / HOUR_NS, agent, model, requests, exempt, tokens);
    }

    private void addTo(long tenantHour, long agent, long model, long requests, long exempt, long tokens) {
        int row = find(table, tenantHour, agent, model);
        if (table[row + TENANT_HOUR] == 0) {
            if (++rows > table.length / FIELDS * 2 / 3) {
                grow();
                row = find(table, tenantHour, agent, model);
            }
            table[row + TENANT_HOUR] = tenantHour;
            table[row + AGENT] = agent;
            table[row + MODEL] = model;
        }
        table[row + REQUESTS] += requests;
        table[row + EXEMPT] += exempt;
        // Where this wraps, so do the tenant's sums, which then are refused.
        table[row + TOKENS] += tokens;
    }

    /** The row of a key, or the free one where it belongs. */
    private static int find(long[] in, long tenantHour, long agent, long model) {
        int capacity = in.length / FIELDS;
        long hash = (tenantHour * GOLDEN ^ agent) * GOLDEN ^ model * GOLDEN;
        int index = (int) (hash >>> 20) & capacity - 1;
        while (true) {
            int row = index * FIELDS;
            if (in[row] == 0 || (in[row] == tenantHour && in[row + AGENT] == agent && in[row + MODEL] == model)) {
                return row;
            }
            index = index + 1 & capacity - 1;
        }
    }

    private void grow() {
        long[] grown = new long[Math.multiplyExact(table.length, 2)];
        for (int row = 0; row < table.length; row += FIELDS) {
            if (table[row] != 0) {
                int to = find(grown, table[row], table[row + AGENT], table[row + MODEL]);
                System.arraycopy(table, row, grown, to, FIELDS);
            }
        }
        table = grown;
    }

    void addAll(ConsumptionTable other) {
        long[] from = other.table;
        for (int row = 0; row < from.length; row += FIELDS) {
            if (from[row] != 0) {
                addTo(
                        from[row],
                        from[row + AGENT],
                        from[row + MODEL],
                        from[row + REQUESTS],
                        from[row + EXEMPT],
                        from[row + TOKENS]);
            }
        }
    }

    void clear() {
        Arrays.fill(table, 0);
        rows = 0;
    }

    /** The rows, in no order. */
    Iterable<ConsumptionRow> rows(IntFunction<String> tenants, NameDictionary names) {
        return () -> new Iterator<>() {
            private int next = following(0);

            private int following(int from) {
                int row = from;
                while (row < table.length && table[row] == 0) {
                    row += FIELDS;
                }
                return row;
            }

            @Override
            public boolean hasNext() {
                return next < table.length;
            }

            @Override
            public ConsumptionRow next() {
                if (!hasNext()) {
                    throw new NoSuchElementException();
                }
                int row = next;
                next = following(row + FIELDS);
                long hour = table[row] & 0xFFFF_FFFFL;
                return new ConsumptionRow(
                        tenants.apply((int) (table[row] >>> 32)),
                        InvoiceJson.instant(hour * HOUR_NS),
                        name(table[row + AGENT]),
                        name(table[row + MODEL]),
                        table[row + REQUESTS],
                        table[row + EXEMPT],
                        table[row + TOKENS]);
            }

            private String name(long id) {
                return id == 0 ? "" : names.text(id);
            }
        };
    }
}
