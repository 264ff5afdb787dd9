package openclaw.edge.load.gatling;

import io.gatling.javaapi.core.Session;
import java.util.BitSet;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongConsumer;

/**
 * What clients know: what they sent, under which request ids, and which answers came back whole. Any thread.
 *
 * <p>The numbers of requests run from 0; the id that a request carries as {@code X-Request-Id} is {@link #prefix()} and its number.
 */
final class ClientBooks {
    /** Of the session: the request's id. */
    static final String ID = "requestId";

    /** Of the session: when the request began, by {@link System#nanoTime()}. */
    static final String BEGAN_NS = "beganNs";

    private static final int FIRST_GOOD = 200;
    private static final int FIRST_NOT_GOOD = 300;

    private final String prefix =
            "load-" + Long.toHexString(ThreadLocalRandom.current().nextLong() >>> 16) + "-";
    private final SortedMap<Integer, Long> byStatus = new TreeMap<>();
    private final BitSet good = new BitSet();
    private long sent;

    /** A request is about to be sent; its id. */
    synchronized String next() {
        return prefix + sent++;
    }

    /** As {@link #next()}, noted in the session. */
    Session next(final Session session) {
        return session.set(ID, next()).set(BEGAN_NS, System.nanoTime());
    }

    /** The request of this id was answered, the response is whole. */
    synchronized void answered(final String id, final int status) {
        byStatus.merge(status, 1L, Long::sum);
        if (status >= FIRST_GOOD && status < FIRST_NOT_GOOD) {
            good.set(Integer.parseInt(id, prefix.length(), id.length(), 10));
        }
    }

    /** As above, for the request of this session; the status. */
    int answered(final Session session, final int status) {
        answered(session.getString(ID), status);
        return status;
    }

    /** Before the number in each id. */
    String prefix() {
        return prefix;
    }

    synchronized long sent() {
        return sent;
    }

    /** Answers that came back whole, of any status. */
    synchronized long answered() {
        return byStatus.values().stream().mapToLong(Long::longValue).sum();
    }

    /** Answers of the statuses from {@code from} to before {@code to}. */
    synchronized long answered(final int from, final int to) {
        return byStatus.subMap(from, to).values().stream()
                .mapToLong(Long::longValue)
                .sum();
    }

    /** Answers by status. */
    synchronized Map<Integer, Long> byStatus() {
        return new TreeMap<>(byStatus);
    }

    /** Gives the numbers of all requests that were answered 2xx. */
    synchronized void forEachGood(final LongConsumer consumer) {
        good.stream().forEach(consumer::accept);
    }
}
