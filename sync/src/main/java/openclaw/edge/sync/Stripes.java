package openclaw.edge.sync;

import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * A bounded number of things that one thread at a time may use, for any number of threads: each tries the one that its id
 * says, then the next. Nobody waits while one is free; when all are taken, as many threads being in the middle of a
 * decision, whoever comes parks until one is. However many threads come and go, nothing is kept of them.
 *
 * <p>A fault of mapped memory comes as an error at any point of a thread, also where it has taken a place and not noted it
 * yet: that place is never given back. So nobody waits any more once the memory is given up.
 *
 * @param <T> what is used; made when it is first needed.
 */
final class Stripes<T> {

    private static final int PER_PROCESSOR = 8;
    private static final int LEAST = 16;
    private static final int MOST = 256;

    /** Flags 128 bytes apart: no two in one cache line, nor in the pair that is fetched with it. */
    private static final int SPACING_SHIFT = 5;

    private static final int FREE = 0;
    private static final int TAKEN = 1;
    private static final int SPINS = 64;
    private static final long PARK_NS = 10_000;
    private static final long GOLDEN_RATIO = 0x9E3779B97F4A7C15L;

    /** {@link #enter}: {@link #close} was called. */
    static final int CLOSED = -1;

    /** {@link #enter}: all are taken, and some may be for ever. */
    static final int GIVEN_UP = -2;

    private final Supplier<T> maker;
    private final BooleanSupplier isGivenUp;
    private final AtomicIntegerArray flags;
    private final Object[] things;
    private final int mask;
    private volatile boolean isClosed;

    /**
     * As many as this machine's processors may need.
     *
     * @param maker of one; called by the thread that needs it.
     * @param isGivenUp true once nobody is to wait any more.
     */
    Stripes(final Supplier<T> maker, final BooleanSupplier isGivenUp) {
        this(maker, isGivenUp, length(Runtime.getRuntime().availableProcessors()));
    }

    /** {@code length} of them, a power of two. */
    Stripes(final Supplier<T> maker, final BooleanSupplier isGivenUp, final int length) {
        this.maker = maker;
        this.isGivenUp = isGivenUp;
        this.flags = new AtomicIntegerArray((length + 2) << SPACING_SHIFT);
        this.things = new Object[length];
        this.mask = length - 1;
    }

    private static int length(final int processors) {
        final int wanted = Math.max(LEAST, Math.min(MOST, PER_PROCESSOR * processors));
        return Integer.highestOneBit(2 * wanted - 1);
    }

    /**
     * Takes one for the calling thread.
     *
     * @return its index, for {@link #get} and {@link #leave}; or {@link #CLOSED} or {@link #GIVEN_UP}.
     */
    int enter() {
        final long id = Thread.currentThread().getId();
        int index = (int) ((id * GOLDEN_RATIO) >>> 32) & mask;
        if (!flags.compareAndSet(flag(index), FREE, TAKEN)) {
            index = enterAnother(index);
            if (index < 0) {
                return index;
            }
        }
        if (isClosed) {
            leave(index);
            return CLOSED;
        }
        return index;
    }

    private int enterAnother(final int after) {
        int index = after;
        for (int tried = 0; !isClosed; tried++) {
            index = (index + 1) & mask;
            if (flags.compareAndSet(flag(index), FREE, TAKEN)) {
                return index;
            }
            if (tried > SPINS + mask) {
                if (isGivenUp.getAsBoolean()) {
                    return GIVEN_UP;
                }
                LockSupport.parkNanos(PARK_NS);
            }
        }
        return CLOSED;
    }

    private static int flag(final int index) {
        return (index + 1) << SPACING_SHIFT;
    }

    /** The thing at a place that the caller has taken. */
    @SuppressWarnings("unchecked")
    T get(final int index) {
        final Object thing = things[index];
        return thing == null ? make(index) : (T) thing;
    }

    private T make(final int index) {
        final T made = maker.get();
        things[index] = made;
        return made;
    }

    /** Gives a place back. */
    void leave(final int index) {
        flags.setRelease(flag(index), FREE);
    }

    /** Lets nobody in any more, and returns when nobody is inside, or nobody is to wait for that. */
    void close() {
        isClosed = true;
        for (int index = 0; index <= mask; index++) {
            while (!flags.compareAndSet(flag(index), FREE, TAKEN)) {
                if (isGivenUp.getAsBoolean()) {
                    return;
                }
                LockSupport.parkNanos(PARK_NS);
            }
            leave(index);
        }
    }
}
