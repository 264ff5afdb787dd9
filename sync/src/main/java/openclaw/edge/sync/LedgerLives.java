package openclaw.edge.sync;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import openclaw.edge.sync.wire.FrameEncoder;
import openclaw.edge.sync.wire.WireDescriptor;

/**
 * Lives of journals: tells this node's own, keeps those that others tell of theirs, the highest sequence of each lane, for an
 * hour after the last word. A member that goes on without its journal, or with an older one, is missed by what its neighbours
 * wrote down of it; so it is enough to hear of it directly, nothing is relayed. For the gossip agent's thread, but for
 * {@link #heard} and {@link #own(OwnLedger)}.
 */
final class LedgerLives {

    /** So that what is said of them fits into one record of a journal, with lanes to spare. */
    static final int MAX_LIVES = 512;

    private static final long KEPT_NS = 3_600_000_000_000L;

    private final Map<Key, Told> lives = new HashMap<>();
    private final long[] sequences = new long[WireDescriptor.MAX_LANES];
    private final SyncCounters counters;
    private Told current;
    private boolean isChanged;
    private volatile OwnLedger own;
    private volatile List<HeardLife> heard = List.of();

    LedgerLives(final SyncCounters counters) {
        this.counters = counters;
    }

    private record Key(long high, long low) {}

    private static final class Told {
        private long[] sequences = new long[0];
        private long atNs;
    }

    /** Sets what is told from now on. Any thread. */
    void own(final OwnLedger ledger) {
        own = ledger;
    }

    /** Writes a frame about this node's own journal, if it has one and the frame fits. */
    void write(final FrameEncoder encoder) {
        final OwnLedger ledger = own;
        if (ledger == null) {
            return;
        }
        final int lanes = Math.min(ledger.lanes(), sequences.length);
        for (int lane = 0; lane < lanes; lane++) {
            sequences[lane] = ledger.sequence(lane);
        }
        encoder.ledger(ledger.lifeHigh(), ledger.lifeLow(), sequences, lanes);
    }

    /** A member tells of its journal; its lanes follow. */
    void onLife(final long lifeHigh, final long lifeLow, final int lanes, final long nowNs) {
        final Key key = new Key(lifeHigh, lifeLow);
        current = lives.get(key);
        if (current == null) {
            if (lives.size() >= MAX_LIVES) {
                counters.add(SyncCounter.LEDGERS_FULL, 1);
                return;
            }
            current = new Told();
            lives.put(key, current);
            isChanged = true;
        }
        if (current.sequences.length < lanes) {
            current.sequences = Arrays.copyOf(current.sequences, lanes);
        }
        current.atNs = nowNs;
    }

    /** One lane of that journal. */
    void onLane(final int lane, final long sequence) {
        if (current != null && sequence > current.sequences[lane]) {
            current.sequences[lane] = sequence;
            isChanged = true;
        }
    }

    /** Once a second: has other threads see what was heard, and forgets who has told nothing for an hour. */
    void publish(final long nowNs) {
        isChanged |= lives.values().removeIf(told -> nowNs - told.atNs > KEPT_NS);
        if (!isChanged) {
            return;
        }
        isChanged = false;
        final List<HeardLife> all = new ArrayList<>(lives.size());
        lives.forEach((key, told) -> all.add(new HeardLife(
                key.high, key.low, LongStream.of(told.sequences).boxed().toList())));
        all.sort(Comparator.comparingLong(HeardLife::lifeHigh).thenComparingLong(HeardLife::lifeLow));
        heard = List.copyOf(all);
    }

    /** Lives of others, as of the last second. Any thread. */
    List<HeardLife> heard() {
        return heard;
    }
}
