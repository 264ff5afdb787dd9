package openclaw.edge.proxy.record;

import openclaw.edge.ledger.lane.Lane;
import openclaw.edge.proxy.exchange.Durability;

/** When the records of a lane survive a loss of power, for those who end responses on its loop. */
public final class LaneDurability implements Durability {
    private final Lane lane;

    private LaneDurability(final Lane lane) {
        this.lane = lane;
    }

    /**
     * Of a loop's lane.
     *
     * @param configured what the node's records are to survive
     */
    public static Durability of(final Lane lane, final openclaw.edge.ledger.lane.Durability configured) {
        return configured == openclaw.edge.ledger.lane.Durability.POWER ? new LaneDurability(lane) : Durability.PROCESS;
    }

    @Override
    public long committed() {
        return lane.committedSequence();
    }

    @Override
    public long durable() {
        return lane.durableSequence();
    }

    @Override
    public void onDurable(final Runnable wake) {
        lane.onDurable(wake);
    }
}
