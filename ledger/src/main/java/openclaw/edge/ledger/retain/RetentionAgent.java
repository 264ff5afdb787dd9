package openclaw.edge.ledger.retain;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import openclaw.edge.ledger.lane.LedgerCounter;
import openclaw.edge.ledger.lane.LedgerCounters;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.EpochNanoClock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks once a minute at what the journal need not keep any more. To be run on a thread of its own, which reads whole files:
 * nothing of it is on the way of a record. What goes wrong is counted, logged when it begins, and tried again.
 */
public final class RetentionAgent implements Agent {
    private static final Logger LOG = LoggerFactory.getLogger(RetentionAgent.class);
    private static final long LOOK_INTERVAL_NS = 60_000_000_000L;
    private static final long SOON_NS = 1_000_000_000L;

    private final Path journal;
    private final Retention retention;
    private final Supplier<RetentionPolicy> policy;
    private final BooleanSupplier isStarted;
    private final LedgerCounters counters;
    private final EpochNanoClock clock;
    private volatile RetentionStatus status = RetentionStatus.UNKNOWN;
    private String told = "";
    private long lookAtNs = Long.MIN_VALUE;

    /**
     * An agent that has not looked yet.
     *
     * @param journal directory of the journal
     * @param policy asked at each look, so that it may change
     * @param isStarted whether earlier lives were recovered: until then nothing is deleted
     * @param lanes makes durable what the lanes know of the journal, before a file goes
     * @param counters of the ledger
     * @param clock cycle time
     */
    public RetentionAgent(
            final Path journal,
            final Supplier<RetentionPolicy> policy,
            final BooleanSupplier isStarted,
            final LaneForcing lanes,
            final LedgerCounters counters,
            final EpochNanoClock clock) {
        this.journal = journal;
        this.policy = policy;
        this.isStarted = isStarted;
        this.counters = counters;
        this.clock = clock;
        this.retention = new Retention(
                journal,
                new Retention.Disk() {
                    @Override
                    public void beforeDeletion() throws IOException {
                        lanes.force();
                    }
                },
                counters);
    }

    /** Makes durable what the lanes know. */
    @FunctionalInterface
    public interface LaneForcing {
        /**
         * Returns when it is.
         *
         * @throws IOException when the disk fails
         */
        void force() throws IOException;
    }

    @Override
    public String roleName() {
        return "retain";
    }

    /**
     * What the last look found. Any thread.
     *
     * @return as it was then
     */
    public RetentionStatus status() {
        return status;
    }

    @Override
    public int doWork() {
        final long nowNs = clock.nanoTime();
        final boolean isEarly = lookAtNs != Long.MIN_VALUE
                && nowNs < lookAtNs
                // Not when the wall clock was set back meanwhile.
                && nowNs >= lookAtNs - LOOK_INTERVAL_NS;
        final RetentionPolicy wanted = policy.get();
        if (isEarly || wanted.isKeep() || !isStarted.getAsBoolean()) {
            return 0;
        }
        lookAtNs = nowNs + LOOK_INTERVAL_NS;
        try {
            status = retention.look(nowNs, wanted);
            if (retention.hasUnread()) {
                lookAtNs = nowNs + SOON_NS;
            }
            tell();
        } catch (final ClosedByInterruptException e) {
            // The node ends.
            return 0;
        } catch (final IOException | RuntimeException | Error e) {
            counters.increment(LedgerCounter.RETAIN_FAILURES);
            final RetentionStatus last = status;
            status = new RetentionStatus(
                    RetentionStatus.State.FAILING,
                    last.isSizeExceeded(),
                    e.toString(),
                    last.files(),
                    last.writtenBytes(),
                    last.dueBytes(),
                    last.behindBytes(),
                    last.committedNs());
            tell();
        }
        return 1;
    }

    /** One line when something begins, one when it ends. */
    private void tell() {
        final String now = status.state() + (status.isSizeExceeded() ? " size " : " ") + behind(status.behindBytes());
        if (now.equals(told)) {
            return;
        }
        final boolean isFirst = told.isEmpty();
        told = now;
        final long dueMib = status.dueBytes() >> 20;
        switch (status.state()) {
            case NO_READER ->
                warn(
                        "no reader is registered with it, so nothing may be deleted. Register those who need its records:"
                                + " ./edge journal register billing " + journal,
                        dueMib);
            case READER_BEHIND ->
                warn(
                        "it is kept for readers that have not committed it: " + status.detail()
                                + ". Let them commit, or remove those that are no more: ./edge journal unregister NAME "
                                + journal,
                        dueMib);
            case DAMAGED ->
                warn("it is damaged and kept: " + status.detail() + ". See ./edge journal verify " + journal, dueMib);
            case FAILING -> LOG.error("What the journal in {} may delete cannot be told: {}", journal, status.detail());
            default -> {
                if (!isFirst) {
                    LOG.info("The journal in {} keeps to journal.retain again", journal);
                }
            }
        }
    }

    private void warn(final String why, final long dueMib) {
        if (status.isSizeExceeded()) {
            LOG.warn("The journal in {} is larger than journal.retain.size, {} MiB are due; {}", journal, dueMib, why);
        } else {
            LOG.info("Of the journal in {} {} MiB are older than journal.retain.age; {}", journal, dueMib, why);
        }
    }

    private static String behind(final Map<String, Long> bytes) {
        final StringBuilder names = new StringBuilder();
        bytes.forEach((name, behind) -> names.append(behind > 0 ? name + "," : ""));
        return names.toString();
    }
}
