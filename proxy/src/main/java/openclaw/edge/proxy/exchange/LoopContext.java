package openclaw.edge.proxy.exchange;

import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.EventLoop;

/** What one event loop owns and everything on it shares: clock, time-outs, exchanges, counters, its share of the budget. */
public final class LoopContext {
    private final int index;
    private final EventLoop eventLoop;
    private final ByteBufAllocator allocator;
    private final LoopTurn turn;
    private final LoopTimers timers;
    private final LoopCounters counters = new LoopCounters();
    private final BufferBudget.Share budget;
    private final ReadBuffers readBuffers;
    private final WriteBuffers writeBuffers;
    private final ExchangePool exchanges;
    private final ParkedOutputs parkedOutputs;
    private boolean draining;

    /**
     * Of a loop whose records are durable when they are committed.
     *
     * @param index of the loop, from 0
     * @param turn told by the loop when a turn of input begins and ends
     */
    public LoopContext(
            final int index,
            final EventLoop eventLoop,
            final ByteBufAllocator allocator,
            final LoopTurn turn,
            final BufferBudget budget,
            final ExchangeHandler handler) {
        this(index, eventLoop, allocator, turn, budget, handler, Durability.PROCESS);
    }

    /**
     * @param index of the loop, from 0
     * @param turn told by the loop when a turn of input begins and ends
     * @param durability of the loop's records
     */
    public LoopContext(
            final int index,
            final EventLoop eventLoop,
            final ByteBufAllocator allocator,
            final LoopTurn turn,
            final BufferBudget budget,
            final ExchangeHandler handler,
            final Durability durability) {
        this.index = index;
        this.eventLoop = eventLoop;
        this.allocator = allocator;
        this.turn = turn;
        this.writeBuffers = new WriteBuffers(allocator);
        this.timers = new LoopTimers(System.nanoTime());
        this.budget = budget.share(index);
        this.readBuffers = new ReadBuffers(this.budget);
        this.exchanges = new ExchangePool(this, handler);
        this.parkedOutputs = new ParkedOutputs(durability, eventLoop);
    }

    public int index() {
        return index;
    }

    public EventLoop eventLoop() {
        return eventLoop;
    }

    public ByteBufAllocator allocator() {
        return allocator;
    }

    public LoopClock clock() {
        return turn.clock();
    }

    public FlushQueue flushes() {
        return turn.flushes();
    }

    public LoopTimers timers() {
        return timers;
    }

    public LoopCounters counters() {
        return counters;
    }

    public BufferBudget.Share budget() {
        return budget;
    }

    /** To be set on every channel of this loop. */
    public ReadBuffers readBuffers() {
        return readBuffers;
    }

    public WriteBuffers writeBuffers() {
        return writeBuffers;
    }

    /** Gives the buffers that are kept back to the allocator. On the loop, when it serves nobody any more. */
    public void close() {
        readBuffers.close();
        writeBuffers.close();
    }

    /** Connections whose output waits for the journal. */
    public ParkedOutputs parkedOutputs() {
        return parkedOutputs;
    }

    public ExchangePool exchanges() {
        return exchanges;
    }

    /** Whether connections are to take no further request after those that they serve. On the loop. */
    public boolean isDraining() {
        return draining;
    }

    /** From now on no connection takes another request; idle ones hear {@link ConnectionEvent#DRAIN} later. On the loop. */
    public void drain() {
        draining = true;
    }

    /** Called by the loop's one fixed-rate task, every {@link LoopTimers#TICK_NS}. */
    public void tick() {
        final LoopClock clock = turn.clock();
        clock.turn();
        clock.syncWallClock();
        timers.poll(clock.nowNs());
    }
}
