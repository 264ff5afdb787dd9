package openclaw.edge.sync;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import openclaw.edge.crdt.LimitSet;
import openclaw.edge.crdt.LimitSpec;
import openclaw.edge.crdt.PartitionPolicy;
import org.agrona.concurrent.EpochNanoClock;

/**
 * What an {@link EdgeLimiter} is to be. At least one limit is needed; everything else has a default. For one thread.
 */
public final class EdgeLimiterBuilder {

    /** Default of {@link #mostKeys}. */
    public static final int MOST_KEYS = 65_536;

    /** The most that {@link #mostKeys} takes. */
    public static final int MAX_MOST_KEYS = 1_000_000;

    private static final int UNKNOWN_MEMBERS = 2;
    private static final int MOST_SECRETS = 2;
    private static final int LEAST_SECRET_BYTES = 16;

    private final String tenant;
    private final List<LimiterLimit> limits = new ArrayList<>();
    private int mostKeys = MOST_KEYS;
    private Path data;
    private String cluster = "default";
    private String node = "";
    private InetSocketAddress bind = new InetSocketAddress("127.0.0.1", 0);
    private List<String> peers = List.of();
    private String dns;
    private List<byte[]> secrets = List.of();
    private PartitionPolicy policy = PartitionPolicy.SHARE;
    private long gossipIntervalNs = ClusterSettings.GOSSIP_INTERVAL_NS;
    private long suspectAfterNs = ClusterSettings.SUSPECT_AFTER_NS;
    private long closedAfterNs = ClusterSettings.CLOSED_AFTER_NS;
    private long joinTimeoutNs = ClusterSettings.JOIN_TIMEOUT_NS;
    private GossipListener listener = GossipListener.system();
    private EpochNanoClock clock;
    private boolean isByHand;

    EdgeLimiterBuilder(final String tenant) {
        if (tenant.isEmpty()) {
            throw new IllegalArgumentException("tenant='', expected its id; without a cluster any name");
        }
        this.tenant = tenant;
    }

    /**
     * Adds a limit that all keys share.
     *
     * @param name unique among the limits; as in the catalog, to share the bucket of the proxies.
     * @param capacity tokens of a full bucket, at least 1.
     * @param refill tokens per interval, at least 1.
     * @param interval in which they are refilled, continuously.
     * @return this.
     * @throws IllegalArgumentException if a value is out of range, or the name is taken.
     */
    public EdgeLimiterBuilder perTenant(
            final String name, final long capacity, final long refill, final Duration interval) {
        return perTenant(name, capacity, refill, interval, null);
    }

    /** As {@link #perTenant(String, long, long, Duration)}, with a policy of its own, null for the cluster's. */
    public EdgeLimiterBuilder perTenant(
            final String name,
            final long capacity,
            final long refill,
            final Duration interval,
            final PartitionPolicy ownPolicy) {
        return add(name, false, capacity, refill, interval, ownPolicy);
    }

    /**
     * Adds a limit of which each key has a bucket of its own: a limit per agent, in the words of the catalog.
     *
     * @param name unique among the limits; as in the catalog, to share the buckets of the proxies.
     * @param capacity tokens of a full bucket, at least 1.
     * @param refill tokens per interval, at least 1.
     * @param interval in which they are refilled, continuously.
     * @return this.
     * @throws IllegalArgumentException if a value is out of range, or the name is taken.
     */
    public EdgeLimiterBuilder perKey(
            final String name, final long capacity, final long refill, final Duration interval) {
        return perKey(name, capacity, refill, interval, null);
    }

    /** As {@link #perKey(String, long, long, Duration)}, with a policy of its own, null for the cluster's. */
    public EdgeLimiterBuilder perKey(
            final String name,
            final long capacity,
            final long refill,
            final Duration interval,
            final PartitionPolicy ownPolicy) {
        return add(name, true, capacity, refill, interval, ownPolicy);
    }

    private EdgeLimiterBuilder add(
            final String name,
            final boolean isPerKey,
            final long capacity,
            final long refill,
            final Duration interval,
            final PartitionPolicy ownPolicy) {
        if (name.isEmpty() || limits.stream().anyMatch(each -> each.name().equals(name))) {
            throw new IllegalArgumentException("limit '" + name + "', expected a name that no other limit has");
        }
        if (limits.size() == LimitSet.MAX_ENTRIES) {
            throw new IllegalArgumentException(
                    "limit '" + name + "' is one too many, expected at most " + LimitSet.MAX_ENTRIES);
        }
        final LimitSpec spec = LimitSpec.of(capacity, refill, interval.toNanos(), 1);
        limits.add(new LimiterLimit(name, isPerKey, spec.under(ownPolicy), ownPolicy));
        return this;
    }

    /**
     * Sets how many keys may have buckets of their own at once, per limit; default {@value #MOST_KEYS}. Each takes 288
     * bytes, in a cluster the keys of all tenants, and as much again while it is cut off.
     *
     * @param keys 1 to {@value #MAX_MOST_KEYS}.
     * @return this.
     */
    public EdgeLimiterBuilder mostKeys(final int keys) {
        if (keys < 1 || keys > MAX_MOST_KEYS) {
            throw new IllegalArgumentException("mostKeys=" + keys + ", expected 1 to " + MAX_MOST_KEYS);
        }
        mostKeys = keys;
        return this;
    }

    /**
     * Keeps the buckets in files, so that a restart goes on with them; by default they are kept in memory.
     *
     * @param directory for this limiter alone; made if it is not there.
     * @return this.
     */
    public EdgeLimiterBuilder data(final Path directory) {
        data = directory;
        return this;
    }

    /** Sets the cluster's name, as {@code cluster.name} of the proxies; default {@code default}. */
    public EdgeLimiterBuilder cluster(final String name) {
        cluster = name;
        return this;
    }

    /**
     * Sets this limiter's name in the cluster: required there, and the same after a restart, since the members know what
     * it has consumed by it.
     *
     * @param name unique in the cluster, 1 to 128 bytes of UTF-8.
     * @return this.
     */
    public EdgeLimiterBuilder node(final String name) {
        node = name;
        return this;
    }

    /** Sets where datagrams are received and sent from; default any free port on loopback. */
    public EdgeLimiterBuilder bind(final InetSocketAddress address) {
        bind = address;
        return this;
    }

    /**
     * Joins the cluster of these members, {@code host:port} each: all of them, since N is counted by them at first. They are
     * proxies; limiters alone make no cluster.
     */
    public EdgeLimiterBuilder peers(final String... members) {
        peers = List.of(members);
        return this;
    }

    /**
     * Joins the cluster whose members' addresses are those of this name, {@code host:port}. It is asked every five seconds; how
     * long the process keeps an answer ({@code networkaddress.cache.ttl}, 30 s unless it is set) is for the process to say.
     */
    public EdgeLimiterBuilder dns(final String name) {
        dns = name;
        return this;
    }

    /**
     * Sets the cluster's secrets, one or two: the first is used for sending, all are accepted.
     *
     * @param texts each of at least 16 bytes of UTF-8, as for the proxies.
     * @throws IllegalArgumentException if there are more, or one is shorter; it is not in the message.
     */
    public EdgeLimiterBuilder secrets(final String... texts) {
        if (texts.length > MOST_SECRETS) {
            throw new IllegalArgumentException(
                    texts.length + " secrets, expected the cluster's, or two while one follows the other");
        }
        final List<byte[]> bytes = new ArrayList<>();
        for (final String each : texts) {
            final byte[] secret = each.getBytes(StandardCharsets.UTF_8);
            if (secret.length < LEAST_SECRET_BYTES) {
                throw new IllegalArgumentException("a secret of " + secret.length + " bytes, expected at least "
                        + LEAST_SECRET_BYTES + "; it is cluster.secret of the proxies");
            }
            bytes.add(secret);
        }
        secrets = List.copyOf(bytes);
        return this;
    }

    /** Sets the cluster's policy, {@code on_partition} of the proxies; default {@link PartitionPolicy#SHARE}. */
    public EdgeLimiterBuilder onPartition(final PartitionPolicy clusters) {
        policy = clusters;
        return this;
    }

    /**
     * Sets the cluster's times, as the proxies have them; see {@link ClusterSettings} for their meanings and defaults.
     *
     * @param gossipInterval between datagrams while there is something to say.
     * @param suspectAfter after how long without a sign of life a member is silent.
     * @param closedAfter after how long a silence {@link PartitionPolicy#CLOSED} limits refuse.
     * @param joinTimeout how long to wait for somebody to learn the buckets from.
     * @return this.
     */
    public EdgeLimiterBuilder times(
            final Duration gossipInterval,
            final Duration suspectAfter,
            final Duration closedAfter,
            final Duration joinTimeout) {
        gossipIntervalNs = gossipInterval.toNanos();
        suspectAfterNs = suspectAfter.toNanos();
        closedAfterNs = closedAfter.toNanos();
        joinTimeoutNs = joinTimeout.toNanos();
        return this;
    }

    /** Sets who is told of what a log should say; by default {@link GossipListener#system()}. */
    public EdgeLimiterBuilder listener(final GossipListener told) {
        listener = told;
        return this;
    }

    /** Sets the clock, nanoseconds since the Unix epoch that never go back; for tests. */
    EdgeLimiterBuilder clock(final EpochNanoClock epochClock) {
        clock = epochClock;
        return this;
    }

    /** No thread: whoever asks for {@link EdgeLimiter#agent} drives it; for tests. */
    EdgeLimiterBuilder byHand() {
        isByHand = true;
        return this;
    }

    /**
     * Opens the limiter. Alone its buckets are full, or as the data directory has them. In a cluster it decides at once,
     * as if cut off, until it has learnt the members' buckets: see {@link EdgeLimiter#isConnected}.
     *
     * @return the limiter, to be closed.
     * @throws IllegalArgumentException if there is no limit, or what was set does not fit together.
     * @throws openclaw.edge.crdt.TableException if the data directory holds another's files, or is in use.
     * @throws UncheckedIOException if the directory cannot be made, or the address cannot be had.
     */
    public EdgeLimiter open() {
        final boolean isAlone = peers.isEmpty() && dns == null;
        requireWhole(isAlone);
        final TenantLimits all = new TenantLimits(tenant, limits, policy, mostKeys);
        final EpochNanoClock epochClock = clock == null ? systemClock() : clock;
        final long nowNs = epochClock.nanoTime();
        final int configured = Math.max(peers.size(), dns == null ? 1 : UNKNOWN_MEMBERS);
        final int members = isAlone ? 1 : Math.max(UNKNOWN_MEMBERS, configured);
        final LimiterTables tables = LimiterTables.open(data, all.slots(), members, nowNs);
        try {
            if (isAlone) {
                return new EdgeLimiter(all, tables, null, null, listener, epochClock, isByHand).start();
            }
            return join(all, tables, new FallBack(all, configured, nowNs), epochClock);
        } catch (final RuntimeException e) {
            tables.close(listener, nowNs);
            throw e;
        }
    }

    private void requireWhole(final boolean isAlone) {
        if (limits.isEmpty()) {
            throw new IllegalArgumentException(
                    "no limits for tenant '" + tenant + "', expected one of perTenant or perKey at least");
        }
        if (!isAlone && node.isEmpty()) {
            throw new IllegalArgumentException(
                    "node='', expected a name that is unique in the cluster and the same after a restart");
        }
        final boolean isLoopback =
                bind.getAddress() != null && bind.getAddress().isLoopbackAddress();
        if (!isAlone && secrets.isEmpty() && !isLoopback) {
            throw new IllegalArgumentException(
                    "bind=" + bind + " without a secret, expected a loopback address, or the cluster's secrets");
        }
    }

    private EdgeLimiter join(
            final TenantLimits all, final LimiterTables tables, final FallBack fallBack, final EpochNanoClock epoch) {
        final ClusterSettings settings = new ClusterSettings(
                cluster,
                node,
                bind,
                peers,
                dns,
                secrets,
                policy,
                gossipIntervalNs,
                suspectAfterNs,
                closedAfterNs,
                0,
                joinTimeoutNs,
                0);
        final Cluster part;
        try {
            part = Cluster.open(settings, data, tables.buckets(), tables.quotas(), epoch, listener);
        } catch (final IOException e) {
            throw new UncheckedIOException("bind=" + bind + ": cannot receive there (" + e.getMessage() + ")", e);
        }
        try {
            return new EdgeLimiter(all, tables, part, fallBack, listener, epoch, isByHand).start();
        } catch (final RuntimeException e) {
            part.close();
            throw e;
        }
    }

    private static EpochNanoClock systemClock() {
        final long offsetNs = TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis()) - System.nanoTime();
        return () -> System.nanoTime() + offsetNs;
    }
}
