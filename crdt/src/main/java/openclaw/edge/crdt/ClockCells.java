package openclaw.edge.crdt;

import static openclaw.edge.crdt.TableHeaderDescriptor.*;

import org.agrona.concurrent.AtomicBuffer;

/**
 * The clock's last checkpoint in a table's header: two cells written in turns, the sequence last, so that a kill between
 * two words leaves the other cell as the latest.
 */
final class ClockCells {

    private ClockCells() {}

    static void write(final AtomicBuffer header, final long nowNs, final long virtualUnits, final long withheldUnits) {
        final int latest = latest(header);
        final long sequence = header.getLong(latest + CLOCK_SEQUENCE_OFFSET) + 1;
        final int cell = CLOCK_CELL_OFFSET + (int) (sequence & 1) * CLOCK_CELL_LENGTH_BYTES;
        header.putLong(cell + CLOCK_TIME_OFFSET, nowNs);
        header.putLong(cell + CLOCK_VIRTUAL_OFFSET, virtualUnits);
        header.putLong(cell + CLOCK_WITHHELD_OFFSET, withheldUnits);
        header.putLongRelease(cell + CLOCK_SEQUENCE_OFFSET, sequence);
    }

    /**
     * The clock as it goes on after a stop: what passed since the checkpoint counts as silence of all others. A wall
     * clock set back does not take v back.
     *
     * @param all members of the cluster, this one included.
     */
    static VirtualClock resume(final AtomicBuffer header, final long nowNs, final int all) {
        final int cell = latest(header);
        final long elapsedNs = Math.max(0, nowNs - header.getLong(cell + CLOCK_TIME_OFFSET));
        final long elapsedUnits =
                Math.min(elapsedNs, VirtualTime.MAX_AHEAD_UNITS >> VirtualTime.UNITS_SHIFT) << VirtualTime.UNITS_SHIFT;
        final long virtualUnits = VirtualTime.scale(elapsedUnits, 1, all);
        final VirtualClock clock = new VirtualClock(
                nowNs,
                header.getLong(cell + CLOCK_VIRTUAL_OFFSET) + virtualUnits,
                header.getLong(cell + CLOCK_WITHHELD_OFFSET) + elapsedUnits - virtualUnits);
        clock.members(1, all, nowNs);
        return clock;
    }

    /** W of the last checkpoint. */
    static long withheldUnits(final AtomicBuffer header) {
        return header.getLong(latest(header) + CLOCK_WITHHELD_OFFSET);
    }

    private static int latest(final AtomicBuffer header) {
        final int second = CLOCK_CELL_OFFSET + CLOCK_CELL_LENGTH_BYTES;
        return header.getLong(second + CLOCK_SEQUENCE_OFFSET)
                        > header.getLong(CLOCK_CELL_OFFSET + CLOCK_SEQUENCE_OFFSET)
                ? second
                : CLOCK_CELL_OFFSET;
    }
}
