package openclaw.edge.proxy.exchange;

/**
 * The time of one turn of an event loop: read when first asked for in a turn, the same for the rest of it.
 *
 * <p>{@link #nowNs} is monotonic ({@link System#nanoTime}). {@link #epochNs} is the same instant as wall-clock time, whose
 * offset is read anew by {@link #syncWallClock}, so that it follows a disciplined system clock. Owned by one event loop.
 */
public final class LoopClock {
    private long nowNs;
    private boolean read;
    private long wallOffsetNs;
    private long dateSecond = Long.MIN_VALUE;
    private final byte[] date = new byte[HttpDate.LENGTH];

    public LoopClock() {
        syncWallClock();
    }

    /** Monotonic nanoseconds of this turn. */
    public long nowNs() {
        if (!read) {
            nowNs = System.nanoTime();
            read = true;
        }
        return nowNs;
    }

    /** Nanoseconds since 1970-01-01T00:00Z of this turn. */
    public long epochNs() {
        return nowNs() + wallOffsetNs;
    }

    /** A new turn begins: the next {@link #nowNs} reads the clock. */
    public void turn() {
        read = false;
    }

    /** Takes the system's wall clock as it is now. Called every tick of the loop's timers. */
    public void syncWallClock() {
        wallOffsetNs = System.currentTimeMillis() * 1_000_000L - System.nanoTime();
    }

    /** The value of a Date field now (RFC 9110 section 5.6.7), {@link HttpDate#LENGTH} bytes; not to be written to. */
    public byte[] date() {
        final long second = Math.floorDiv(epochNs(), 1_000_000_000L);
        if (second != dateSecond) {
            dateSecond = second;
            HttpDate.write(second, date);
        }
        return date;
    }
}
