package openclaw.edge.proxy;

import openclaw.edge.ledger.Ledger;
import openclaw.edge.ledger.lane.Durability;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.SleepingIdleStrategy;
import org.agrona.concurrent.SleepingMillisIdleStrategy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The journal's threads: one that drains the lanes, and under {@code durability: power} one that forces them. */
final class JournalThreads implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(JournalThreads.class);
    private static final int DRAIN_IDLE_MS = 4;

    /** How long a record may wait for the force that it is part of to begin: a tenth of what most disks take for one. */
    private static final long FORCE_IDLE_NS = 50_000;

    private final AgentRunner draining;
    private final AgentRunner forcing;

    JournalThreads(final Ledger ledger, final Durability durability) {
        draining = runner(new SleepingMillisIdleStrategy(DRAIN_IDLE_MS), ledger.agent());
        forcing = durability == Durability.POWER
                ? runner(new SleepingIdleStrategy(FORCE_IDLE_NS), ledger.forcing())
                : null;
    }

    private static AgentRunner runner(final IdleStrategy idle, final Agent agent) {
        return new AgentRunner(idle, cause -> LOG.error("the journal's agent failed; it goes on", cause), null, agent);
    }

    void start() {
        AgentRunner.startOnThread(draining, task -> new Thread(task, "journal"));
        if (forcing != null) {
            AgentRunner.startOnThread(forcing, task -> new Thread(task, "journal-force"));
        }
    }

    /** Drains the lanes into the queue and says CLOSE. The lanes' writers have ended. */
    @Override
    public void close() {
        draining.close();
        if (forcing != null) {
            forcing.close();
        }
    }
}
