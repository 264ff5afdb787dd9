package openclaw.edge.proxy.exchange;

/** Exchanges of one event loop that are not in use: last in, first out, so that the next one is warm in the cache. */
public final class ExchangePool {
    /** Beyond this many, released objects are left to the collector. */
    private static final int KEEP = 4096;

    private final LoopContext loop;
    private final ExchangeHandler handler;
    private final Exchange[] free = new Exchange[KEEP];
    private int freeCount;
    private int inUse;

    public ExchangePool(final LoopContext loop, final ExchangeHandler handler) {
        this.loop = loop;
        this.handler = handler;
    }

    /** Begins an exchange for a client. */
    public Exchange acquire(final Downstream client) {
        final Exchange exchange;
        if (freeCount > 0) {
            exchange = free[--freeCount];
            free[freeCount] = null;
        } else {
            exchange = new Exchange(loop, handler);
        }
        inUse++;
        loop.counters().increment(EdgeCounter.EXCHANGES_BEGUN);
        exchange.begin(client);
        return exchange;
    }

    void release(final Exchange exchange) {
        inUse--;
        loop.counters().increment(EdgeCounter.EXCHANGES_ENDED);
        if (freeCount < KEEP) {
            free[freeCount++] = exchange;
        }
    }

    /** Exchanges begun and not ended. */
    public int inUse() {
        return inUse;
    }
}
