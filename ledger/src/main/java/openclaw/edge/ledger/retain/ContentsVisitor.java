package openclaw.edge.ledger.retain;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import openclaw.edge.ledger.read.JournalVisitor;
import openclaw.edge.ledger.read.UsageBatch;
import openclaw.edge.ledger.record.CatalogRecord;
import openclaw.edge.ledger.record.CloseRecord;
import openclaw.edge.ledger.record.Life;
import openclaw.edge.ledger.record.LossRecord;
import openclaw.edge.ledger.record.NameKind;
import openclaw.edge.ledger.record.NameRecord;
import openclaw.edge.ledger.record.OpenRecord;
import openclaw.edge.ledger.record.RecordFlyweight;
import openclaw.edge.ledger.record.TickRecord;
import openclaw.edge.ledger.record.UsageRecord;
import openclaw.edge.ledger.record.VoidRecord;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Takes down what one file holds. Of the TICKs those are kept that say something which no other of their life says: the
 * last, the latest, the one that claims the most, and the last to hear of each other life. Of the names those that kept records use.
 */
final class ContentsVisitor implements JournalVisitor {
    private final Map<Life, Map<Integer, List<FileContents.Range>>> ranges = new HashMap<>();
    private final TreeMap<Long, byte[]> controls = new TreeMap<>();
    private final Map<Life, Map<Life, Long>> lastTicks = new HashMap<>();
    private final Map<Life, Tick> latest = new HashMap<>();
    private final Map<Life, Tick> mostComplete = new HashMap<>();
    private final Map<Long, byte[]> names = new HashMap<>();
    private final Map<Long, List<Long>> metricsOfTick = new HashMap<>();
    private final Set<Long> namesUsed = new HashSet<>();
    private long number;

    /** A TICK by its number, and what it is compared by. */
    private record Tick(long number, long ns) {
        Tick orLater(final Tick other) {
            return other.ns > ns ? other : this;
        }
    }

    /** All ranges, by life, lane and sequence. */
    List<FileContents.Range> ranges() {
        final List<FileContents.Range> all = new ArrayList<>();
        new TreeMap<>(ranges)
                .values()
                .forEach(lanes -> new TreeMap<>(lanes).values().forEach(all::addAll));
        all.sort((one, other) -> one.life().equals(other.life()) && one.lane() == other.lane()
                ? Long.compare(one.from(), other.from())
                : 0);
        return all;
    }

    /** The records to be kept, names first. */
    List<byte[]> controls() {
        final Set<Long> kept = new HashSet<>();
        lastTicks.values().forEach(ticks -> kept.addAll(ticks.values()));
        latest.values().forEach(tick -> kept.add(tick.number));
        mostComplete.values().forEach(tick -> kept.add(tick.number));
        kept.forEach(tick -> namesUsed.addAll(metricsOfTick.getOrDefault(tick, List.of())));
        final List<byte[]> all = new ArrayList<>();
        new TreeMap<>(names).forEach((id, name) -> {
            if (namesUsed.contains(id)) {
                all.add(name);
            }
        });
        controls.forEach((at, record) -> {
            if (!metricsOfTick.containsKey(at) || kept.contains(at)) {
                all.add(record);
            }
        });
        return all;
    }

    private static byte[] copy(final RecordFlyweight record) {
        final byte[] bytes = new byte[record.length()];
        record.copyTo(new UnsafeBuffer(bytes), 0);
        return bytes;
    }

    private long keep(final RecordFlyweight record) {
        controls.put(++number, copy(record));
        return number;
    }

    @Override
    public void onUsages(final UsageBatch batch) {
        final UsageRecord first = batch.get(0);
        final Life life = first.life();
        final int lane = first.lane();
        final long from = first.sequence();
        long firstNs = Long.MAX_VALUE;
        long lastNs = Long.MIN_VALUE;
        for (int i = 0; i < batch.size(); i++) {
            final long admittedNs = batch.get(i).admittedNs();
            firstNs = Math.min(firstNs, admittedNs);
            lastNs = Math.max(lastNs, admittedNs);
        }
        final List<FileContents.Range> ofLane = ranges.computeIfAbsent(life, absent -> new HashMap<>())
                .computeIfAbsent(lane, absent -> new ArrayList<>());
        final FileContents.Range last = ofLane.isEmpty() ? null : ofLane.get(ofLane.size() - 1);
        final long to = from + batch.size() - 1;
        if (last != null && last.to() + 1 == from) {
            ofLane.set(
                    ofLane.size() - 1,
                    new FileContents.Range(
                            life,
                            lane,
                            last.from(),
                            to,
                            Math.min(last.firstNs(), firstNs),
                            Math.max(last.lastNs(), lastNs)));
        } else {
            ofLane.add(new FileContents.Range(life, lane, from, to, firstNs, lastNs));
        }
    }

    @Override
    public void onUsage(final UsageRecord record) {
        throw new IllegalStateException("usage comes in batches");
    }

    @Override
    public void onName(final NameRecord record) {
        // What else is named is usage's, and goes with it.
        if (record.kind() == NameKind.METRIC || record.kind() == NameKind.TENANT) {
            names.putIfAbsent(record.id(), copy(record));
        }
    }

    @Override
    public void onTick(final TickRecord record) {
        final long tick = keep(record);
        final Life life = record.life();
        final Map<Life, Long> last = lastTicks.computeIfAbsent(life, absent -> new HashMap<>());
        last.put(life, tick);
        latest.merge(life, new Tick(tick, record.timeNs()), Tick::orLater);
        mostComplete.merge(life, new Tick(tick, record.completeBeforeNs()), Tick::orLater);
        for (int i = 0; i < record.heardLives(); i++) {
            last.put(record.heardLife(record.heardPosition(i)), tick);
        }
        final List<Long> metrics = new ArrayList<>();
        for (int i = 0; i < record.metrics(); i++) {
            metrics.add(record.metricId(i));
        }
        metricsOfTick.put(tick, metrics);
    }

    @Override
    public void onOpen(final OpenRecord record) {
        keep(record);
    }

    @Override
    public void onClose(final CloseRecord record) {
        keep(record);
    }

    @Override
    public void onCatalog(final CatalogRecord record) {
        keep(record);
    }

    @Override
    public void onVoid(final VoidRecord record) {
        keep(record);
    }

    @Override
    public void onLoss(final LossRecord record) {
        namesUsed.add(record.tenantId());
        keep(record);
    }
}
