package openclaw.edge.proxy.forward;

import openclaw.edge.proxy.exchange.Exchange;

/** Exchanges in the order in which they came, each with the time of its coming. A ring that grows; no allocation after. */
final class WaitQueue {
    private Exchange[] exchanges = new Exchange[16];
    private long[] sinceNs = new long[16];
    private int head;
    private int size;

    int size() {
        return size;
    }

    boolean isEmpty() {
        return size == 0;
    }

    void add(final Exchange exchange, final long nowNs) {
        if (size == exchanges.length) {
            grow();
        }
        final int at = slot(size++);
        exchanges[at] = exchange;
        sinceNs[at] = nowNs;
    }

    /** The one that came first, or null. */
    Exchange poll() {
        if (size == 0) {
            return null;
        }
        final Exchange first = exchanges[head];
        exchanges[head] = null;
        head = slot(1);
        size--;
        return first;
    }

    /** When the {@code index}-th of those that wait came. */
    long sinceNs(final int index) {
        return sinceNs[slot(index)];
    }

    /** Takes the {@code index}-th of those that wait out: linear, for what is rare. */
    Exchange remove(final int index) {
        final Exchange removed = exchanges[slot(index)];
        for (int i = index; i < size - 1; i++) {
            final int to = slot(i);
            final int from = slot(i + 1);
            exchanges[to] = exchanges[from];
            sinceNs[to] = sinceNs[from];
        }
        exchanges[slot(--size)] = null;
        return removed;
    }

    /** Takes an exchange out; false if it does not wait here. */
    boolean remove(final Exchange exchange) {
        for (int i = 0; i < size; i++) {
            if (exchanges[slot(i)] == exchange) {
                remove(i);
                return true;
            }
        }
        return false;
    }

    private int slot(final int index) {
        return (head + index) & (exchanges.length - 1);
    }

    private void grow() {
        final Exchange[] more = new Exchange[size * 2];
        final long[] moreNs = new long[size * 2];
        for (int i = 0; i < size; i++) {
            more[i] = exchanges[slot(i)];
            moreNs[i] = sinceNs[slot(i)];
        }
        exchanges = more;
        sinceNs = moreNs;
        head = 0;
    }
}
