package openclaw.edge.proxy.forward;

import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import openclaw.edge.proxy.exchange.LoopClock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One address that requests can be sent to, and what the node knows of its health. Shared by all event loops, which read two
 * volatile fields when they choose among servers and write only when a server fails, or is well again.
 *
 * <p>It is up when its checks do not say otherwise ({@link #isHealthy}) and it is not ejected for failures of requests.
 */
public final class UpstreamServer {
    private static final Logger LOG = LoggerFactory.getLogger(UpstreamServer.class);
    private static final long LOG_EVERY_NS = 5_000_000_000L;

    private final Origin origin;
    private final InetSocketAddress address;
    private final String label;
    private final byte[] authority;
    private final AtomicInteger failures = new AtomicInteger();
    private final AtomicLong nextLogNs = new AtomicLong(System.nanoTime());
    private final AtomicLong ejections = new AtomicLong();
    private final AtomicLong healthChanges = new AtomicLong();
    private final Reuse reuse = new Reuse();
    private volatile boolean healthy = true;
    private volatile boolean ejected;
    private volatile long ejectedUntilNs;

    /** @param address resolved */
    public UpstreamServer(final Origin origin, final InetSocketAddress address) {
        this.origin = origin;
        this.address = address;
        final String ip = address.getAddress().getHostAddress();
        this.label = ip.equals(origin.host()) ? origin.authority() : origin.authority() + "/" + ip;
        this.authority = origin.authority().getBytes(StandardCharsets.ISO_8859_1);
    }

    /** As the configuration names it. */
    public Origin origin() {
        return origin;
    }

    /** Where it listens. */
    public InetSocketAddress address() {
        return address;
    }

    /** What it is called in metrics and messages: its authority, and its address when that was looked up. */
    public String label() {
        return label;
    }

    /** What stands in a Host field that is meant for it; not to be written to. */
    byte[] authority() {
        return authority;
    }

    /** Whether requests are to be sent to it. Any thread. */
    public boolean isUp(final long nowNs) {
        return healthy && !isEjected(nowNs);
    }

    /** Whether its checks succeed; true where there are none. */
    public boolean isHealthy() {
        return healthy;
    }

    /** Whether it is left out because of failed requests. */
    public boolean isEjected(final long nowNs) {
        return ejected && nowNs - ejectedUntilNs < 0;
    }

    /** How often it was ejected. */
    public long ejections() {
        return ejections.get();
    }

    /** How often its checks changed their verdict. */
    public long healthChanges() {
        return healthChanges.get();
    }

    /**
     * It answered a request. Called for each: one volatile read, unless it had failed. What was under way when it was ejected does
     * not bring it back before its time.
     */
    void answered(final LoopClock clock) {
        if (failures.get() != 0 && !isEjected(clock.nowNs())) {
            failures.set(0);
            if (ejected) {
                ejected = false;
                LOG.info("upstream {} answers again", label);
            }
        }
    }

    /** A request failed because of it. @return how many in a row */
    int failed() {
        return failures.incrementAndGet();
    }

    /** Its verdict by checks; the checking thread only. */
    void healthy(final boolean value) {
        if (healthy != value) {
            healthy = value;
            healthChanges.incrementAndGet();
        }
    }

    /** Leaves it out until then. Failures are kept: after its time one more ejects it again. */
    void eject(final long untilNs) {
        ejectedUntilNs = untilNs;
        ejected = true;
        ejections.incrementAndGet();
    }

    /** Whether connections to it may serve more than one exchange. */
    Reuse reuse() {
        return reuse;
    }

    /** Whether something that may happen often can be logged now: once in five seconds over all loops. */
    boolean mayLog(final long nowNs) {
        final long next = nextLogNs.get();
        return nowNs - next >= 0 && nextLogNs.compareAndSet(next, nowNs + LOG_EVERY_NS);
    }

    @Override
    public String toString() {
        return label;
    }
}
