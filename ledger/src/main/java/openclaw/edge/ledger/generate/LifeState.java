package openclaw.edge.ledger.generate;

import java.util.ArrayList;
import java.util.List;
import openclaw.edge.ledger.record.Life;

/** How far a life has come: what ticks say of it, and what the next life has to write for it when it was killed. */
final class LifeState {
    static final LifeState NONE = new LifeState(Life.NONE, 0);

    final Life life;
    final long[] sequences;
    final long[] exchanges;
    final List<OpenCall> open = new ArrayList<>();

    LifeState(final Life life, final int lanes) {
        this.life = life;
        this.sequences = new long[lanes];
        this.exchanges = new long[lanes];
    }

    long admitted() {
        long sum = 0;
        for (final long exchange : exchanges) {
            sum += exchange;
        }
        return sum;
    }
}
