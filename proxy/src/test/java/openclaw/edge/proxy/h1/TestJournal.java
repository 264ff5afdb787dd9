package openclaw.edge.proxy.h1;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import openclaw.edge.proxy.exchange.Durability;

/** A journal that is durable when a test says so, or a little after each record. */
public final class TestJournal implements Durability, AutoCloseable {
    private static final long LATER_NS = 300_000;

    private final AtomicLong committed = new AtomicLong();
    private final AtomicLong durable = new AtomicLong();
    private volatile Runnable wake;
    private volatile Thread forcing;

    /** Where {@code -Dproxy.parked=true}: every response of every test waits a little for its record. Else null. */
    static TestJournal ofProperty() {
        return Boolean.getBoolean("proxy.parked") ? forcing() : null;
    }

    /** Records are durable some time after their commit, by themselves. */
    public static TestJournal forcing() {
        final TestJournal journal = new TestJournal();
        final Thread thread = new Thread(
                () -> {
                    while (journal.forcing != null) {
                        LockSupport.parkNanos(LATER_NS);
                        if (journal.durable.get() < journal.committed.get()) {
                            journal.force();
                        }
                    }
                },
                "test-journal");
        thread.setDaemon(true);
        journal.forcing = thread;
        thread.start();
        return journal;
    }

    /** All that was committed up to now is durable. */
    public void force() {
        durable(committed.get());
    }

    /** Everything up to a record is durable. */
    public void durable(final long sequence) {
        durable.set(sequence);
        wake.run();
    }

    void commit() {
        committed.incrementAndGet();
    }

    @Override
    public long committed() {
        return committed.get();
    }

    @Override
    public long durable() {
        return durable.get();
    }

    @Override
    public void onDurable(final Runnable run) {
        wake = run;
    }

    @Override
    public void close() {
        forcing = null;
    }
}
