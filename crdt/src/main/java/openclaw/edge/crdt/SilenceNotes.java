package openclaw.edge.crdt;

import static openclaw.edge.crdt.TableHeaderDescriptor.*;

import org.agrona.collections.Long2LongHashMap;
import org.agrona.concurrent.AtomicBuffer;

/**
 * Which members are silent and since when, kept in the table's header, so that a node that is restarted while others are
 * cut off settles by the refill that it has withheld for them all along, not by what it withholds from its restart on. Who
 * is not noted was heard, and has been silent since the process stopped that noted it. A process that is killed before it
 * has noted anything has heard nobody: of its restart nothing begins.
 *
 * <p>For one thread, the one that joins.
 */
public final class SilenceNotes {

    /** Most silences noted; members beyond them count as heard up to the stop, which only forgives less. */
    public static final int MAX_SILENCES = (HEADER_LENGTH_BYTES - SILENCES_OFFSET) / SILENCE_LENGTH_BYTES;

    private static final long NONE = -1;

    private final AtomicBuffer header;
    private final VirtualClock clock;
    private final Long2LongHashMap before = new Long2LongHashMap(NONE);
    private int count;

    /**
     * Reads what was noted before the table was opened.
     *
     * @param header of the table.
     * @param clock that the table goes on with.
     * @param shiftUnits by which W of that clock is ahead of the one in which the notes were made.
     * @param mostUnits W when the table was last noted, in the clock that it goes on with.
     */
    SilenceNotes(final AtomicBuffer header, final VirtualClock clock, final long shiftUnits, final long mostUnits) {
        this.header = header;
        this.clock = clock;
        final int noted = Math.min(MAX_SILENCES, Math.max(0, header.getIntVolatile(SILENCE_COUNT_OFFSET)));
        for (int i = 0; i < noted; i++) {
            final long since = header.getLong(offset(i) + SILENCE_WITHHELD_OFFSET) + shiftUnits;
            before.put(header.getLong(offset(i)), Math.max(0, Math.min(since, mostUnits)));
        }
    }

    /**
     * W when the last process stopped that noted who is silent.
     *
     * @param header of the table.
     * @param withheldUnits W of the clock's last note, by whichever process.
     */
    static long stoppedUnits(final AtomicBuffer header, final long withheldUnits) {
        final long noted = header.getLongVolatile(DOWNTIME_OFFSET);
        return noted == 0 ? withheldUnits : Math.min(noted - 1, withheldUnits);
    }

    /**
     * Keeps W of that stop until this process notes who is silent: killed before, it has heard nobody.
     *
     * @param header of the table.
     * @param stoppedUnits from {@link #stoppedUnits}.
     * @param isSameClock false if the clock that the table goes on with is another one, in which nothing was withheld.
     */
    static void noteStopped(final AtomicBuffer header, final long stoppedUnits, final boolean isSameClock) {
        header.putLongVolatile(DOWNTIME_OFFSET, isSameClock ? stoppedUnits + 1 : 0);
    }

    private static int offset(final int i) {
        return SILENCES_OFFSET + i * SILENCE_LENGTH_BYTES;
    }

    /**
     * The silence of a member that was silent already when the table was closed, or its process killed. To be asked for
     * once for each member, and ended by {@link VirtualClock#heard}.
     *
     * @param who the member, as it was noted.
     * @param policy of the cluster, now as then.
     * @return a silence, or null if the member was heard then.
     */
    public Silence before(final long who, final PartitionPolicy policy) {
        final long since = before.get(who);
        return since == NONE ? null : clock.begin(Silence.since(since, policy));
    }

    /** Begins to note anew: a kill before {@link #end} leaves nothing noted. */
    public void begin() {
        count = 0;
        header.putIntVolatile(SILENCE_COUNT_OFFSET, 0);
    }

    /**
     * Notes that a member is silent.
     *
     * @param who the member, the same in every life of the process.
     * @param silence of the member.
     */
    public void add(final long who, final Silence silence) {
        if (count < MAX_SILENCES && silence.isSilent() && silence != Silence.UNHEARD) {
            header.putLong(offset(count), who);
            header.putLong(offset(count) + SILENCE_WITHHELD_OFFSET, silence.withheldUnits());
            count++;
        }
    }

    /** All are noted. */
    public void end() {
        header.putIntVolatile(SILENCE_COUNT_OFFSET, count);
        header.putLongVolatile(DOWNTIME_OFFSET, 0);
    }
}
