package openclaw.edge.ledger.journal;

import java.io.File;

/**
 * Stops before the disk is full: a mapped file on a full disk loses stores, and whatever else lives there fails too.
 *
 * <pre>
 *   usable &gt;= reserve      permits are given
 *   usable &lt;  reserve      no permits; what the lanes hold is still appended. Back at reserve + a quarter
 *   usable &lt;  floor        nothing is appended either; records wait in the lanes
 *
 *   reserve = 2 x lanes + floor + what the journal grew in the last 10 s        floor = 16 MiB
 * </pre>
 *
 * Once the lanes, since all they hold may have to be appended after the stop; twice, since the next start makes its own beside
 * them; the floor is room for a new file's first pages, the metadata of the file system and the logs. Belongs to the journal
 * thread; allocates nothing.
 */
final class DiskGuard {
    /** Below it nothing is appended. */
    static final long FLOOR_BYTES = 16L << 20;

    private static final long LOOK_INTERVAL_NS = 100_000_000L;
    private static final int INTERVALS = 100;

    private final JournalDisk disk;
    private final long lanesBytes;
    private final long[] grown = new long[INTERVALS];
    private long growth;
    private int interval;
    private long lookAtNs = Long.MIN_VALUE;
    private long bytesAtLook;
    private long usableBytes = Long.MAX_VALUE;
    private boolean stopped;

    /** What the guard allows. */
    enum Allowed {
        /** Permits and appends. */
        ALL,
        /** Appends of what the lanes hold already. */
        APPENDS,
        /** Nothing. */
        NOTHING
    }

    /**
     * A guard that has not looked yet.
     *
     * @param disk that is asked
     * @param lanesBytes length of all lanes of the life together
     */
    DiskGuard(final JournalDisk disk, final long lanesBytes) {
        this.disk = disk;
        this.lanesBytes = lanesBytes;
    }

    /**
     * Looks at the disk if that is due: ten times a second, and sooner when much was written.
     *
     * @param directory that is written to
     * @param nowNs cycle time
     * @param writtenBytes by the journal since the process started
     * @return what may be done now
     */
    Allowed look(final File directory, final long nowNs, final long writtenBytes) {
        final long sinceBytes = writtenBytes - bytesAtLook;
        if (nowNs >= lookAtNs || sinceBytes >= FLOOR_BYTES / 2 || nowNs < lookAtNs - LOOK_INTERVAL_NS) {
            lookAtNs = nowNs + LOOK_INTERVAL_NS;
            bytesAtLook = writtenBytes;
            growth += sinceBytes - grown[interval];
            grown[interval] = sinceBytes;
            interval = (interval + 1) % INTERVALS;
            usableBytes = disk.usableBytes(directory);
            final long reserve = reserveBytes();
            stopped = usableBytes < (stopped ? reserve + reserve / 4 : reserve);
        }
        if (usableBytes < FLOOR_BYTES) {
            return Allowed.NOTHING;
        }
        return stopped ? Allowed.APPENDS : Allowed.ALL;
    }

    /** Below it no permits are given. */
    long reserveBytes() {
        return 2 * lanesBytes + FLOOR_BYTES + growth;
    }

    /** As last seen; Long.MAX_VALUE before the first look. */
    long usableBytes() {
        return usableBytes;
    }
}
