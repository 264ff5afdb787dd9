package openclaw.edge.sync;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * Where the members are: a configured list, and a DNS name, each of whose addresses is a member. Names are looked up on
 * another thread, again and again; everything else is for the gossip thread.
 *
 * <p>An address is added with the first answer that has it. One that DNS named is removed only when it was missing from
 * all answers of {@link #REMOVE_AFTER_NS} and nobody was heard from there meanwhile; time in which the answers failed or
 * were empty does not count. So no failure of DNS, nor a short or partial answer, ever takes a member from the cluster. A
 * configured one goes only by {@link #configure}.
 */
public final class PeerDirectory {

    /** Time between two look-ups of one name. */
    public static final long RESOLVE_INTERVAL_NS = TimeUnit.SECONDS.toNanos(5);

    /** Time that an address has to be missing from DNS. */
    public static final long REMOVE_AFTER_NS = TimeUnit.MINUTES.toNanos(10);

    /** Most addresses taken from one answer. */
    static final int MAX_ADDRESSES = 1_024;

    private static final InetAddress[] FAILED = {};

    private final NameResolver resolver;
    private final Executor executor;
    private final SyncCounters counters;
    private final Queue<Answer> answers = new ConcurrentLinkedQueue<>();
    private final Map<HostPort, Lookup> lookups = new HashMap<>();
    private final List<PeerAddress> entries = new ArrayList<>();
    private List<PeerAddress> peers = List.of();
    private List<HostPort> configured = List.of();
    private HostPort dns;

    /** State of the look-ups of one name. */
    private static final class Lookup {
        private boolean isAsking;
        private boolean hasAsked;
        private long askedNs;
        private boolean hasAnswered;
        private long answeredNs;
    }

    /** What one look-up gave; no addresses: it failed. */
    private static final class Answer {
        private final HostPort name;
        private final InetAddress[] addresses;

        private Answer(final HostPort name, final InetAddress[] addresses) {
            this.name = name;
            this.addresses = addresses;
        }
    }

    /**
     * A directory without peers.
     *
     * @param resolver looks names up.
     * @param executor runs the look-ups, on another thread than the caller's.
     * @param counters to count with.
     */
    public PeerDirectory(final NameResolver resolver, final Executor executor, final SyncCounters counters) {
        this.resolver = resolver;
        this.executor = executor;
        this.counters = counters;
    }

    /**
     * Takes over a configuration; peers that it no longer names are gone at once, those that only another DNS name had
     * named go as if that one had dropped them.
     *
     * @param newConfigured addresses of members.
     * @param newDns name whose addresses are members, with their port; null for none.
     */
    public void configure(final List<HostPort> newConfigured, final HostPort newDns) {
        final Set<String> kept = new HashSet<>();
        for (final HostPort each : newConfigured) {
            kept.add(each.toString());
        }
        entries.removeIf(each -> each.isFromDns() ? newDns == null : !kept.contains(each.source()));
        for (final HostPort each : new LinkedHashSet<>(newConfigured)) {
            if (!configured.contains(each)) {
                entries.add(new PeerAddress(each.toString(), false, address(each, each.literal())));
            }
        }
        configured = List.copyOf(newConfigured);
        dns = newDns;
        final Set<HostPort> names = new HashSet<>(newConfigured);
        if (newDns != null) {
            names.add(newDns);
        }
        lookups.keySet().retainAll(names);
        for (final HostPort each : names) {
            if (each.equals(newDns) || each.literal() == null) {
                lookups.putIfAbsent(each, new Lookup());
            }
        }
        publish();
    }

    /**
     * Begins the look-ups that are due, and takes over what others have given.
     *
     * @param nowNs present time, on any monotonic clock.
     * @return whether {@link #peers()} changed.
     */
    public boolean poll(final long nowNs) {
        for (final Map.Entry<HostPort, Lookup> each : lookups.entrySet()) {
            ask(each.getKey(), each.getValue(), nowNs);
        }
        boolean isChanged = false;
        for (Answer answer = answers.poll(); answer != null; answer = answers.poll()) {
            isChanged |= take(answer, nowNs);
        }
        if (isChanged) {
            publish();
        }
        return isChanged;
    }

    private void ask(final HostPort name, final Lookup lookup, final long nowNs) {
        if (lookup.isAsking || (lookup.hasAsked && nowNs - lookup.askedNs < RESOLVE_INTERVAL_NS)) {
            return;
        }
        lookup.isAsking = true;
        lookup.hasAsked = true;
        lookup.askedNs = nowNs;
        try {
            executor.execute(() -> answers.add(new Answer(name, resolve(name.host()))));
        } catch (final RejectedExecutionException e) {
            // The node is being closed.
            lookup.isAsking = false;
        }
    }

    private InetAddress[] resolve(final String host) {
        try {
            return resolver.resolve(host);
        } catch (final UnknownHostException | RuntimeException e) {
            return FAILED;
        }
    }

    private boolean take(final Answer answer, final long nowNs) {
        final Lookup lookup = lookups.get(answer.name);
        if (lookup == null) {
            return false;
        }
        lookup.isAsking = false;
        if (answer.addresses.length == 0) {
            counters.add(SyncCounter.RESOLVE_FAILED, 1);
            lookup.hasAnswered = false;
            return false;
        }
        counters.add(SyncCounter.RESOLVED, 1);
        // Only the time between two answers that follow one another is known to have been without an address.
        final long sinceNs = lookup.hasAnswered ? nowNs - lookup.answeredNs : 0;
        lookup.hasAnswered = true;
        lookup.answeredNs = nowNs;
        boolean isChanged = false;
        if (configured.contains(answer.name)) {
            isChanged |= move(answer);
        }
        if (answer.name.equals(dns)) {
            isChanged |= merge(answer, sinceNs);
        }
        return isChanged;
    }

    /** A configured name is one member, wherever it is now. */
    private boolean move(final Answer answer) {
        for (final PeerAddress each : entries) {
            if (!each.isFromDns() && each.source().equals(answer.name.toString())) {
                if (each.address() != null
                        && Arrays.asList(answer.addresses)
                                .contains(each.address().getAddress())) {
                    return false;
                }
                each.move(address(answer.name, answer.addresses[0]));
                return true;
            }
        }
        return false;
    }

    private boolean merge(final Answer answer, final long sinceNs) {
        final Set<InetSocketAddress> named = new LinkedHashSet<>();
        for (int i = 0; i < Math.min(answer.addresses.length, MAX_ADDRESSES); i++) {
            named.add(address(answer.name, answer.addresses[i]));
        }
        boolean isChanged = false;
        for (final Iterator<PeerAddress> all = entries.iterator(); all.hasNext(); ) {
            final PeerAddress each = all.next();
            if (!each.isFromDns()) {
                continue;
            }
            if (named.remove(each.address())) {
                each.present();
                continue;
            }
            each.absent(sinceNs);
            if (each.absentNs() >= REMOVE_AFTER_NS) {
                all.remove();
                isChanged = true;
            }
        }
        for (final InetSocketAddress each : named) {
            entries.add(new PeerAddress(answer.name.toString(), true, each));
            isChanged = true;
        }
        return isChanged;
    }

    /** One entry for each address, configured ones first. */
    private void publish() {
        final List<PeerAddress> all = new ArrayList<>();
        final Set<InetSocketAddress> seen = new HashSet<>();
        for (final boolean isFromDns : new boolean[] {false, true}) {
            for (final PeerAddress each : entries) {
                if (each.isFromDns() == isFromDns && (each.address() == null || seen.add(each.address()))) {
                    all.add(each);
                }
            }
        }
        peers = List.copyOf(all);
    }

    /** All peers; unchanged until {@link #poll} or {@link #configure} says otherwise. */
    public List<PeerAddress> peers() {
        return peers;
    }

    /**
     * A member was heard, directly or by way of others, whose address this is: DNS alone does not remove it.
     *
     * @param address of the member.
     */
    public void onHeard(final InetSocketAddress address) {
        for (int i = 0; i < entries.size(); i++) {
            final PeerAddress each = entries.get(i);
            if (address.equals(each.address())) {
                each.present();
                each.own(false);
            }
        }
    }

    /**
     * An address led to this node itself, as the handshake showed.
     *
     * @param address that was connected to.
     */
    public void onOwnAddress(final InetSocketAddress address) {
        for (final PeerAddress each : entries) {
            if (address.equals(each.address())) {
                each.own(true);
                // One's own address is heard for as long as one lives.
                each.present();
            }
        }
    }

    private static InetSocketAddress address(final HostPort name, final InetAddress host) {
        return host == null ? null : new InetSocketAddress(host, name.port());
    }
}
