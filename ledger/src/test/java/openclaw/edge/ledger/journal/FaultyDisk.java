package openclaw.edge.ledger.journal;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import openclaw.edge.ledger.lane.Durability;
import openclaw.edge.ledger.lane.LossEntry;
import openclaw.edge.ledger.record.Life;
import openclaw.edge.ledger.record.NameKind;
import org.agrona.concurrent.UnsafeBuffer;

/** A disk that fails when it is told to, at each of its operations; else the machine's own. */
final class FaultyDisk implements JournalDisk {
    /** Steps until the fault; each append, verification and opening is one. */
    int stepsLeft = Integer.MAX_VALUE;
    /** What happens then, and at every step after it, until it is null again. */
    Fault fault;

    long usableBytes = Long.MAX_VALUE;
    private final List<JournalQueue> abandoned = new ArrayList<>();
    private Path opened;
    private boolean dead;

    /** Throws, or not. */
    @FunctionalInterface
    interface Fault {
        void strike(Step step) throws IOException;
    }

    /** Where it strikes. */
    enum Step {
        OPEN,
        TIME,
        BEFORE_APPEND,
        AFTER_APPEND,
        VERIFY,
        CLOSE
    }

    void after(final int count, final Fault next) {
        stepsLeft = count;
        fault = next;
    }

    void heal() {
        stepsLeft = Integer.MAX_VALUE;
        fault = null;
    }

    /** The process is killed at a step to come: nothing that it does afterwards reaches the disk. */
    void dieAfter(final int count) {
        after(count, step -> {
            dead = true;
            throw new DeathError();
        });
    }

    boolean isDead() {
        return dead;
    }

    /** Another process, on the same disk. */
    void reborn() {
        dead = false;
        heal();
    }

    /** Gives back what dead processes had mapped; to be called when nothing looks at their files any more. */
    void bury() throws IOException {
        for (final JournalQueue queue : abandoned) {
            queue.close();
        }
        abandoned.clear();
    }

    /** What a killed process sees. */
    static final class DeathError extends Error {
        private static final long serialVersionUID = 1L;

        DeathError() {
            super("killed", null, false, false);
        }
    }

    /** The directory opened last. */
    Path opened() {
        return opened;
    }

    private void step(final Step step) {
        if (dead) {
            throw new DeathError();
        }
        if (stepsLeft > 0) {
            stepsLeft--;
            return;
        }
        if (fault != null) {
            try {
                fault.strike(step);
            } catch (final IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Override
    public JournalQueue open(final Path directory, final Life life, final long nowNs, final Durability durability)
            throws IOException {
        step(Step.OPEN);
        opened = directory;
        return new Queue(JournalDisk.REAL.open(directory, life, nowNs, durability));
    }

    @Override
    public long usableBytes(final File directory) {
        return usableBytes;
    }

    private final class Queue implements JournalQueue {
        private final JournalQueue queue;

        Queue(final JournalQueue queue) {
            this.queue = queue;
        }

        @Override
        public void usage(final UnsafeBuffer lane, final int recordAt) {
            step(Step.BEFORE_APPEND);
            queue.usage(lane, recordAt);
            step(Step.AFTER_APPEND);
        }

        @Override
        public void loss(final Life ofLife, final int lane, final UnsafeBuffer buffer, final LossEntry entry) {
            step(Step.BEFORE_APPEND);
            queue.loss(ofLife, lane, buffer, entry);
            step(Step.AFTER_APPEND);
        }

        @Override
        public UnsafeBuffer record() {
            return queue.record();
        }

        @Override
        public void append() {
            step(Step.BEFORE_APPEND);
            queue.append();
            step(Step.AFTER_APPEND);
        }

        @Override
        public void verify() throws IOException {
            step(Step.VERIFY);
            queue.verify();
        }

        @Override
        public void secure() throws IOException {
            step(Step.VERIFY);
            queue.secure();
        }

        @Override
        public boolean time(final long nowNs) {
            step(Step.TIME);
            return queue.time(nowNs);
        }

        @Override
        public long define(final NameKind kind, final String text) {
            step(Step.BEFORE_APPEND);
            return queue.define(kind, text);
        }

        @Override
        public long appended() {
            return queue.appended();
        }

        @Override
        public long appendedBytes() {
            return queue.appendedBytes();
        }

        @Override
        public void close() throws IOException {
            if (dead) {
                abandoned.add(queue);
                throw new DeathError();
            }
            queue.close();
            step(Step.CLOSE);
        }
    }
}
