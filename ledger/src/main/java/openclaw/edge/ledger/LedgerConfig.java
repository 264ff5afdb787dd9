package openclaw.edge.ledger;

import java.util.Objects;
import openclaw.edge.ledger.lane.Durability;
import org.agrona.concurrent.EpochNanoClock;
import org.agrona.concurrent.SystemEpochNanoClock;

/**
 * How a ledger runs.
 *
 * @param node name of the node, at most 64 bytes of UTF-8; stands in OPEN records
 * @param slots of each lane's ring, a power of two from 8 to 1,048,576: the most records that may wait plus exchanges
 *     that may be open; 1 KiB of file each
 * @param clock cycle time for the journal's own records and its rolls
 * @param tickIntervalNs from one TICK to the next, 1 ms to 1 hour
 * @param durability what a committed record survives
 * @param isDiscarding whether nothing is recorded, for measurement only: lanes are drained as always, and what they held is
 *     dropped; not under POWER, and only in a directory that has never been used
 */
public record LedgerConfig(
        String node,
        int slots,
        EpochNanoClock clock,
        long tickIntervalNs,
        Durability durability,
        boolean isDiscarding) {
    /** Slots of a ring unless said otherwise. */
    public static final int DEFAULT_SLOTS = 16_384;

    /** One minute. */
    public static final long DEFAULT_TICK_INTERVAL_NS = 60_000_000_000L;

    /** Checks the ranges. */
    public LedgerConfig {
        Objects.requireNonNull(node, "node");
        Objects.requireNonNull(clock, "clock");
        Objects.requireNonNull(durability, "durability");
        if (tickIntervalNs < 1_000_000L || tickIntervalNs > 3_600_000_000_000L) {
            throw new IllegalArgumentException(
                    "tickIntervalNs=" + tickIntervalNs + ": expected 1000000 to 3600000000000 (1 ms to 1 h)");
        }
        if (isDiscarding && durability == Durability.POWER) {
            throw new IllegalArgumentException(
                    "isDiscarding=true, durability=POWER: expected PROCESS, a ledger that discards makes nothing durable");
        }
    }

    /**
     * The defaults, on the system's clock.
     *
     * @param node name of the node
     * @return a configuration
     */
    public static LedgerConfig of(final String node) {
        return new LedgerConfig(
                node,
                DEFAULT_SLOTS,
                SystemEpochNanoClock.INSTANCE,
                DEFAULT_TICK_INTERVAL_NS,
                Durability.PROCESS,
                false);
    }

    /**
     * The same with other rings.
     *
     * @param newSlots of each lane's ring
     * @return a configuration
     */
    public LedgerConfig withSlots(final int newSlots) {
        return new LedgerConfig(node, newSlots, clock, tickIntervalNs, durability, isDiscarding);
    }

    /**
     * The same on another clock.
     *
     * @param newClock cycle time
     * @return a configuration
     */
    public LedgerConfig withClock(final EpochNanoClock newClock) {
        return new LedgerConfig(node, slots, newClock, tickIntervalNs, durability, isDiscarding);
    }

    /**
     * The same with other ticks.
     *
     * @param newTickIntervalNs from one TICK to the next
     * @return a configuration
     */
    public LedgerConfig withTickIntervalNs(final long newTickIntervalNs) {
        return new LedgerConfig(node, slots, clock, newTickIntervalNs, durability, isDiscarding);
    }

    /**
     * The same with another durability. Under POWER {@link Ledger#forcing()} must be run.
     *
     * @param newDurability what a committed record survives
     * @return a configuration
     */
    public LedgerConfig withDurability(final Durability newDurability) {
        return new LedgerConfig(node, slots, clock, tickIntervalNs, newDurability, isDiscarding);
    }

    /**
     * The same, but nothing is recorded: what a journal costs can be measured by its absence.
     *
     * @return a configuration
     * @throws IllegalArgumentException under POWER
     */
    public LedgerConfig discarding() {
        return new LedgerConfig(node, slots, clock, tickIntervalNs, durability, true);
    }
}
