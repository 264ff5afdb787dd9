package openclaw.edge.proxy.exchange;

/** What one event loop does around each turn of its input. Made before the loop, since the loop calls it. */
public final class LoopTurn {
    private final LoopClock clock = new LoopClock();
    private final FlushQueue flushes = new FlushQueue();

    /** Called before the loop waits for input. */
    public void begin() {
        // What runs after the wait asks for the time anew.
        clock.turn();
        flushes.turnBegins();
    }

    /** Called when all input that there was has been handled. */
    public void end() {
        flushes.turnEnds();
    }

    public LoopClock clock() {
        return clock;
    }

    public FlushQueue flushes() {
        return flushes;
    }
}
