package openclaw.edge.ledger.journal;

import java.util.ArrayList;
import java.util.List;
import openclaw.edge.ledger.lane.LaneConsumer;
import openclaw.edge.ledger.lane.LedgerCounter;
import openclaw.edge.ledger.lane.LedgerCounters;
import openclaw.edge.ledger.record.Life;
import openclaw.edge.ledger.record.NameKind;
import openclaw.edge.ledger.record.TickRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes TICK records. What is claimed to be complete is sampled before the lanes are drained and written after, so that
 * the claim is true where it stands. Belongs to the journal thread.
 */
final class TickWriter implements TickSource.Sink {
    /** How far an event loop's cycle time may lag behind the journal's. */
    static final long CLOCK_MARGIN_NS = 5_000_000_000L;

    private static final Logger LOG = LoggerFactory.getLogger(TickWriter.class);

    /** Leaves room for the largest heard life and the lanes. */
    private static final int MAX_METRICS = 4096;

    private static final int MAX_HEARD_LENGTH = 512 << 10;

    private final LaneConsumer[] lanes;
    private final LedgerCounters counters;
    private final TickRecord record = new TickRecord();
    private final List<Metric> metrics = new ArrayList<>();
    private final List<Heard> heard = new ArrayList<>();
    private int heardLength;
    private long openExchanges;
    private long completeBeforeNs;
    private boolean sourceFailing;

    TickWriter(final LaneConsumer[] lanes, final LedgerCounters counters) {
        this.lanes = lanes;
        this.counters = counters;
    }

    private record Metric(String name, long total) {}

    private static final class Heard {
        private final Life life;
        private final long[] sequences;

        Heard(final Life life, final long[] sequences) {
            this.life = life;
            this.sequences = sequences;
        }
    }

    /** Looks at what is open; to be followed by draining all lanes, then by {@link #write}. */
    void sample(final long nowNs) {
        openExchanges = 0;
        completeBeforeNs = nowNs - CLOCK_MARGIN_NS;
        for (final LaneConsumer lane : lanes) {
            completeBeforeNs = Math.min(completeBeforeNs, lane.scanOpen());
            openExchanges += lane.openExchanges();
        }
    }

    void write(
            final JournalQueue writer,
            final Life life,
            final long nowNs,
            final boolean rolled,
            final TickSource source) {
        collect(source);
        final long[] ids = new long[metrics.size()];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = writer.define(NameKind.METRIC, metrics.get(i).name);
        }
        record.begin(writer.record(), 0, life, nowNs, lanes.length)
                .openExchanges(openExchanges)
                .completeBeforeNs(completeBeforeNs)
                .rolled(rolled);
        for (int i = 0; i < lanes.length; i++) {
            record.sequence(i, lanes[i].taken());
        }
        for (final Heard other : heard) {
            record.heard(other.life.high(), other.life.low(), other.sequences);
        }
        for (int i = 0; i < ids.length; i++) {
            record.metric(ids[i], metrics.get(i).total);
        }
        writer.append();
    }

    private void collect(final TickSource source) {
        metrics.clear();
        heard.clear();
        heardLength = 0;
        try {
            source.collect(this);
            sourceFailing = false;
        } catch (final RuntimeException e) {
            counters.increment(LedgerCounter.TICK_SOURCE_FAILURES);
            if (!sourceFailing) {
                LOG.error("The source of journal ticks failed; ticks go on with what it said before", e);
            }
            sourceFailing = true;
        }
    }

    @Override
    public void heard(final long lifeHigh, final long lifeLow, final long[] sequences) {
        if (!metrics.isEmpty()) {
            throw new IllegalStateException("a life heard after a metric; lives come first");
        }
        heardLength += (3 + sequences.length) * Long.BYTES;
        if (heardLength > MAX_HEARD_LENGTH) {
            throw new IllegalStateException(
                    "lives heard take " + heardLength + " bytes of a tick, expected at most " + MAX_HEARD_LENGTH);
        }
        heard.add(new Heard(new Life(lifeHigh, lifeLow), sequences.clone()));
    }

    @Override
    public void metric(final String name, final long total) {
        if (metrics.size() == MAX_METRICS) {
            throw new IllegalStateException("more than " + MAX_METRICS + " metrics in a tick");
        }
        metrics.add(new Metric(name, total));
    }
}
