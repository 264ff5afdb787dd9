package openclaw.edge.proxy.notice;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import java.util.random.RandomGenerator;
import openclaw.edge.catalog.Tenant;
import openclaw.edge.crdt.QuotaRow;
import openclaw.edge.proxy.config.Snapshot;
import openclaw.edge.proxy.config.Snapshots;
import openclaw.edge.proxy.decide.TenantEntry;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds what is due, has it sent, tries again until it was taken, and notes that. Nothing here needs to survive: what is due is
 * found anew from the quota rows. {@link #poll} is for one thread, the counters for any.
 */
public final class QuotaNotices implements AutoCloseable {
    /** Notices that wait or are under way; what is due beyond is found again later. */
    static final int MOST_PENDING = 10_000;

    /** Attempts under way, and those to one webhook: a receiver that hangs holds up no other. */
    static final int MOST_UNDER_WAY = 16;

    static final int MOST_UNDER_WAY_PER_WEBHOOK = 2;

    /** How long an ended cycle is watched on, for what was counted or not yet taken at its end. */
    static final long AFTER_CYCLE_NS = 86_400L * 1_000_000_000L;

    private static final Logger LOG = LoggerFactory.getLogger(QuotaNotices.class);
    private static final long POLL_NS = 1_000_000_000L;
    private static final int LOG_EACH = 10;

    private final Sources sources;
    private final NoticeTransport transport;
    private final RandomGenerator random;
    private final Map<String, QuotaWatch> watches = new LinkedHashMap<>();
    private final Map<String, Pending> pending = new LinkedHashMap<>();
    private final Map<String, Integer> underWay = new HashMap<>();
    private final Queue<Ended> ended = new ConcurrentLinkedQueue<>();
    private final Map<NoticeCounter, AtomicLong> counters;
    private Snapshot seen;
    private long watchUntilNs;
    private long nextPollNs;
    private boolean polled;
    private int underWayCount;

    /**
     * What notices are made of.
     *
     * @param snapshots tenants, their quotas and whom to tell
     * @param usedTokens of a quota row, refunds taken off, counted by all members
     * @param marks which were sent
     * @param isResponsible whether it is for this node to send the notice of a key
     * @param node this node's name
     */
    public record Sources(
            Snapshots snapshots,
            ToLongFunction<QuotaRow> usedTokens,
            NoticeMarks marks,
            Predicate<String> isResponsible,
            String node) {}

    private record Ended(Pending waiting, NoticeTransport.Outcome outcome) {}

    /** A notice that was not taken yet. */
    private static final class Pending {
        private final QuotaWatch watch;
        private final NoticeThreshold threshold;
        private final QuotaNotice notice;
        private final Snapshot madeFor;
        private int failures;
        private long nextAttemptNs;
        private boolean isUnderWay;

        Pending(
                final QuotaWatch watch,
                final NoticeThreshold threshold,
                final QuotaNotice notice,
                final Snapshot madeFor,
                final long nowNs) {
            this.watch = watch;
            this.threshold = threshold;
            this.notice = notice;
            this.madeFor = madeFor;
            this.nextAttemptNs = nowNs;
        }
    }

    /** Over HTTP. */
    public QuotaNotices(final Sources sources) {
        this(sources, new WebhookTransport(), RandomGenerator.getDefault());
    }

    QuotaNotices(final Sources sources, final NoticeTransport transport, final RandomGenerator random) {
        this.sources = sources;
        this.transport = transport;
        this.random = random;
        final Map<NoticeCounter, AtomicLong> made = new EnumMap<>(NoticeCounter.class);
        for (final NoticeCounter counter : NoticeCounter.values()) {
            made.put(counter, new AtomicLong());
        }
        this.counters = Collections.unmodifiableMap(made);
    }

    /** What was counted so far; any thread. */
    public long count(final NoticeCounter counter) {
        return counters.get(counter).get();
    }

    /**
     * Looks for what is due, at most once a second; returns at once.
     *
     * @param nowNs monotonic time
     * @param epochNs cycle time
     */
    public void poll(final long nowNs, final long epochNs) {
        for (Ended attempt = ended.poll(); attempt != null; attempt = ended.poll()) {
            end(attempt, nowNs);
        }
        final Snapshot snapshot = sources.snapshots().current();
        if (snapshot == null || (polled && nowNs - nextPollNs < 0)) {
            return;
        }
        polled = true;
        nextPollNs = nowNs + POLL_NS;
        if (snapshot != seen || epochNs >= watchUntilNs) {
            watch(snapshot, epochNs);
        }
        watches.values().forEach(watch -> find(watch, nowNs, epochNs));
        send(nowNs);
    }

    private void watch(final Snapshot snapshot, final long epochNs) {
        final Map<String, QuotaWatch> next = new LinkedHashMap<>();
        watchUntilNs = Long.MAX_VALUE;
        int unsigned = 0;
        for (final QuotaWatch watch : watches.values()) {
            // Cycles that ended, as long as somebody is to be told about their tenant.
            final Tenant tenant = snapshot.catalog().tenant(watch.subject().tenant());
            if (tenant != null
                    && !tenant.billing().alertWebhook().isEmpty()
                    && epochNs >= watch.cycleEndNs()
                    && epochNs - watch.cycleEndNs() < AFTER_CYCLE_NS) {
                next.put(watch.name(), watch.with(tenant.billing()));
                watchUntilNs = Math.min(watchUntilNs, watch.cycleEndNs() + AFTER_CYCLE_NS);
            }
        }
        for (int i = 0; i < snapshot.tenantCount(); i++) {
            final TenantEntry entry = snapshot.tenant(i);
            final QuotaWatch watch =
                    QuotaWatch.of(entry, snapshot.catalog().tenant(entry.id()).billing(), epochNs);
            if (watch != null) {
                next.put(watch.name(), watch);
                watchUntilNs = Math.min(watchUntilNs, watch.cycleEndNs());
                unsigned += watch.subject().billing().alertSecret().isEmpty() ? 1 : 0;
            }
        }
        if (snapshot != seen && unsigned > 0) {
            LOG.warn("quota notices of {} tenants are not signed: billing.alert_secret is not set", unsigned);
        }
        seen = snapshot;
        watches.clear();
        watches.putAll(next);
        // They are made anew, by what the configuration says now.
        pending.values().removeIf(waiting -> !waiting.isUnderWay);
    }

    private void find(final QuotaWatch watch, final long nowNs, final long epochNs) {
        final int sent = sources.marks().sent(watch.row());
        if ((sent & watch.allBits()) == watch.allBits()) {
            return;
        }
        final long used = sources.usedTokens().applyAsLong(watch.row());
        for (final NoticeThreshold threshold : watch.thresholds()) {
            if (used < threshold.tokens() || (sent & threshold.bit()) != 0) {
                continue;
            }
            final String key = QuotaNotice.key(watch.subject(), threshold);
            if (pending.containsKey(key) || !sources.isResponsible().test(key)) {
                continue;
            }
            if (pending.size() >= MOST_PENDING) {
                add(NoticeCounter.POSTPONED);
                continue;
            }
            final QuotaNotice notice = QuotaNotice.of(watch.subject(), threshold, used, sources.node(), epochNs);
            pending.put(key, new Pending(watch, threshold, notice, seen, nowNs));
        }
    }

    private void send(final long nowNs) {
        final Iterator<Pending> iterator = pending.values().iterator();
        while (iterator.hasNext() && underWayCount < MOST_UNDER_WAY) {
            final Pending waiting = iterator.next();
            if (waiting.isUnderWay || waiting.nextAttemptNs - nowNs > 0) {
                continue;
            }
            final boolean isSent = (sources.marks().sent(waiting.watch.row()) & waiting.threshold.bit()) != 0;
            if (isSent || !sources.isResponsible().test(waiting.notice.key())) {
                // Somebody else has sent it, or will.
                iterator.remove();
                continue;
            }
            final String webhook = waiting.notice.webhook().toString();
            if (underWay.getOrDefault(webhook, 0) < MOST_UNDER_WAY_PER_WEBHOOK) {
                underWay.merge(webhook, 1, Integer::sum);
                underWayCount++;
                waiting.isUnderWay = true;
                transport.send(waiting.notice, outcome -> ended.add(new Ended(waiting, outcome)));
            }
        }
    }

    private void end(final Ended attempt, final long nowNs) {
        final Pending waiting = attempt.waiting();
        final NoticeTransport.Outcome outcome = attempt.outcome();
        waiting.isUnderWay = false;
        underWayCount--;
        underWay.computeIfPresent(waiting.notice.webhook().toString(), (key, count) -> count == 1 ? null : count - 1);
        if (outcome.isDelivered()) {
            pending.remove(waiting.notice.key());
            add(NoticeCounter.DELIVERED);
            sources.marks().note(waiting.watch.row(), waiting.threshold.bit());
            if ((sources.marks().sent(waiting.watch.row()) & waiting.threshold.bit()) == 0) {
                add(NoticeCounter.NOT_NOTED);
            }
            LOG.info("quota notice {} was delivered", waiting.notice);
            return;
        }
        add(outcome.status() == NoticeTransport.NO_ANSWER ? NoticeCounter.UNANSWERED : NoticeCounter.REFUSED);
        waiting.failures++;
        final long delayNs = NoticeBackoff.delayNs(waiting.failures, outcome.retryAfterNs(), random);
        waiting.nextAttemptNs = nowNs + delayNs;
        if (waiting.madeFor != seen) {
            // Found anew, if it is still due: perhaps it goes elsewhere now.
            pending.remove(waiting.notice.key());
        }
        if (waiting.failures % LOG_EACH == 1) {
            LOG.warn(
                    "quota notice {} was not taken at attempt {} ({}); it is sent again",
                    waiting.notice,
                    waiting.failures,
                    outcome);
        }
    }

    private void add(final NoticeCounter counter) {
        counters.get(counter).incrementAndGet();
    }

    /** Keys of notices that wait or are under way. */
    Collection<String> pendingKeys() {
        return new ArrayList<>(pending.keySet());
    }

    /** Ends what is under way. What was not taken is due again at the next start. */
    @Override
    public void close() {
        transport.close();
    }
}
