package openclaw.edge.proxy;

import java.util.function.Supplier;
import openclaw.edge.ledger.Ledger;
import openclaw.edge.ledger.journal.ReadAheadAgent;
import openclaw.edge.ledger.lane.Durability;
import openclaw.edge.ledger.lane.JournalHealth;
import openclaw.edge.ledger.retain.RetentionAgent;
import openclaw.edge.ledger.retain.RetentionPolicy;
import openclaw.edge.ledger.retain.RetentionStatus;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.SleepingIdleStrategy;
import org.agrona.concurrent.SleepingMillisIdleStrategy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The journal's threads: one that drains the lanes, one that reads ahead of it, under {@code durability: power} one that forces
 * the lanes, and one that deletes what need not be kept.
 */
final class JournalThreads implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(JournalThreads.class);
    private static final int DRAIN_IDLE_MS = 4;

    /** How long a record may wait for the force that it is part of to begin: a tenth of what most disks take for one. */
    private static final long FORCE_IDLE_NS = 50_000;

    private static final int RETAIN_IDLE_MS = 500;

    private final boolean isDiscarding;
    private final AgentRunner draining;
    private final AgentRunner forcing;
    private final AgentRunner retaining;
    private final AgentRunner readingAhead;
    private final RetentionAgent retention;
    private final EndableSleep retainSleep = new EndableSleep(RETAIN_IDLE_MS);

    /**
     * Threads that have not begun.
     *
     * @param ledger of the node
     * @param durability of its journal
     * @param retain what need not be kept; may change while the node runs
     */
    JournalThreads(final Ledger ledger, final Durability durability, final Supplier<RetentionPolicy> retain) {
        isDiscarding = ledger.state() == JournalHealth.State.DISCARDING;
        draining = runner(new SleepingMillisIdleStrategy(DRAIN_IDLE_MS), ledger.agent());
        forcing = durability == Durability.POWER
                ? runner(new SleepingIdleStrategy(FORCE_IDLE_NS), ledger.forcing())
                : null;
        retention = ledger.retaining(retain);
        readingAhead = runner(new SleepingMillisIdleStrategy(ReadAheadAgent.IDLE_MS), ledger.readingAhead());
        retaining = runner(retainSleep, retention);
    }

    private static AgentRunner runner(final IdleStrategy idle, final Agent agent) {
        return new AgentRunner(idle, cause -> LOG.error("the journal's agent failed; it goes on", cause), null, agent);
    }

    void start() {
        if (isDiscarding) {
            LOG.warn(
                    "NO USAGE IS RECORDED: -D{}={} drops every record. This is for measurement only: requests are served, and"
                            + " nobody will ever be billed for them",
                    JournalAbsence.PROPERTY,
                    JournalAbsence.VALUE);
        } else {
            LOG.info(
                    "usage is journaled with durability: {}",
                    forcing == null ? "process, which survives a kill, not a loss of power" : "power");
        }
        AgentRunner.startOnThread(retaining, task -> Background.thread(task, "journal-retain"));
        AgentRunner.startOnThread(readingAhead, task -> Background.thread(task, "journal-ahead"));
        // Gives way to nobody: where it does not keep up with the event loops, requests are refused.
        AgentRunner.startOnThread(draining, task -> new Thread(task, "journal"));
        if (forcing != null) {
            AgentRunner.startOnThread(forcing, task -> new Thread(task, "journal-force"));
        }
    }

    /** What the last look at what need not be kept found. */
    RetentionStatus retention() {
        return retention.status();
    }

    /** Drains the lanes into the queue and says CLOSE. The lanes' writers have ended. */
    @Override
    public void close() {
        retainSleep.end();
        retaining.close();
        readingAhead.close();
        draining.close();
        if (forcing != null) {
            forcing.close();
        }
    }
}
