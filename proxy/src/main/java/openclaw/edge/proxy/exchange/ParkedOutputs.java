package openclaw.edge.proxy.exchange;

import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The connections of one event loop whose output waits for a record to be durable. The loop never waits: it is woken when the
 * journal has forced more, once however often that happens before it comes to it. Owned by its event loop but for the waking.
 */
public final class ParkedOutputs {
    private final Durability durability;
    private final EventLoop eventLoop;
    private final AtomicBoolean woken = new AtomicBoolean();
    private final Runnable look = this::look;
    private List<OutputGate> parked = new ArrayList<>();
    private List<OutputGate> looking = new ArrayList<>();

    /** @param eventLoop may be null where {@code durability} never calls back */
    ParkedOutputs(final Durability durability, final EventLoop eventLoop) {
        this.durability = durability;
        this.eventLoop = eventLoop;
        durability.onDurable(this::wake);
    }

    /** Whether connections need an {@link OutputGate}: records are not durable as soon as they are committed. */
    public boolean isNeeded() {
        return durability != Durability.PROCESS;
    }

    /** Sequence of the loop's record that was committed last. */
    long committed() {
        return durability.committed();
    }

    boolean isDurable(final long sequence) {
        return durability.durable() >= sequence;
    }

    /** Looks at a connection again when more is durable. */
    void add(final OutputGate gate) {
        parked.add(gate);
    }

    /** Any thread. */
    private void wake() {
        if (woken.compareAndSet(false, true)) {
            eventLoop.execute(look);
        }
    }

    private void look() {
        woken.set(false);
        final List<OutputGate> now = parked;
        parked = looking;
        looking = now;
        // Those that still wait, or wait anew, add themselves to the other list.
        for (int i = 0; i < now.size(); i++) {
            now.get(i).look();
        }
        now.clear();
    }
}
