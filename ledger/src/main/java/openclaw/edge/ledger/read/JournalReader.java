package openclaw.edge.ledger.read;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import openclaw.edge.ledger.record.CatalogRecord;
import openclaw.edge.ledger.record.CloseRecord;
import openclaw.edge.ledger.record.Life;
import openclaw.edge.ledger.record.LossRecord;
import openclaw.edge.ledger.record.NameRecord;
import openclaw.edge.ledger.record.OpenRecord;
import openclaw.edge.ledger.record.RecordDescriptor;
import openclaw.edge.ledger.record.RecordType;
import openclaw.edge.ledger.record.TickRecord;
import openclaw.edge.ledger.record.UsageRecord;
import openclaw.edge.ledger.record.VoidRecord;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Reads journals of any number of directories so that each usage record counts exactly once: files copied twice, older
 * copies, any order give the same result. Goes on past damage and names it. Read-only; the node may write meanwhile. A
 * second {@link #read} goes on where the first stopped. Not thread-safe.
 *
 * <p>Memory: 4 bytes per record read, for telling duplicates from conflicts. No allocation per record otherwise.
 */
public final class JournalReader {
    private final List<Path> directories;
    private final Map<Path, QueueFile> files = new TreeMap<>();
    private final List<QueueFile> byIndex = new ArrayList<>();
    private final Map<Life, LifeHistory> lives = new HashMap<>();
    private final Map<LossKey, ReadReport.Loss> losses = new HashMap<>();
    private final List<ReadReport.Conflict> conflicts = new ArrayList<>();
    private final List<ReadReport.Damage> damages = new ArrayList<>();
    private final NameDictionary names = new NameDictionary();
    private final Dispatcher dispatcher = new Dispatcher();
    private LifeHistory lastLife;
    private long usageRecords;
    private long duplicates;

    /**
     * A reader that has read nothing yet.
     *
     * @param directories of journals, each with files {@code *.cq4}
     * @throws IOException when one of them is not a directory
     */
    public JournalReader(final Collection<Path> directories) throws IOException {
        final TreeSet<Path> distinct = new TreeSet<>();
        for (final Path directory : directories) {
            if (!Files.isDirectory(directory)) {
                throw new NoSuchFileException(
                        directory.toString(), null, "no such journal directory; expected <data>/journal of a node");
            }
            distinct.add(directory.toRealPath());
        }
        this.directories = List.copyOf(distinct);
    }

    private record LossKey(Life life, int lane, long lossId) {}

    /**
     * Reads all that is complete now and was not read before.
     *
     * @param visitor of the records
     * @return what was found so far, in this and earlier calls
     * @throws IOException when a file cannot be read at all
     */
    public ReadReport read(final JournalVisitor visitor) throws IOException {
        for (final Path directory : directories) {
            try (DirectoryStream<Path> paths = Files.newDirectoryStream(directory, "*.cq4")) {
                for (final Path path : paths) {
                    files.computeIfAbsent(path, this::newFile);
                }
            }
        }
        dispatcher.visitor = visitor;
        for (final QueueFile file : files.values()) {
            file.read(dispatcher);
        }
        return report();
    }

    private QueueFile newFile(final Path path) {
        final QueueFile file = new QueueFile(path, byIndex.size());
        byIndex.add(file);
        return file;
    }

    /**
     * Spellings of the ids in the records read so far.
     *
     * @return the same dictionary always
     */
    public NameDictionary names() {
        return names;
    }

    private ReadReport report() {
        final List<LifeHistory> histories = new ArrayList<>(lives.values());
        histories.sort(Comparator.comparing(LifeHistory::life));
        final List<ReadReport.LifeSummary> summaries = new ArrayList<>();
        final List<ReadReport.Gap> gaps = new ArrayList<>();
        for (final LifeHistory history : histories) {
            summaries.add(history.summary());
            history.gaps(gaps);
        }
        final List<ReadReport.Extent> extents = new ArrayList<>();
        for (final QueueFile file : files.values()) {
            extents.add(new ReadReport.Extent(file.path(), file.position(), file.isEnded()));
        }
        final List<ReadReport.Loss> sortedLosses = new ArrayList<>(losses.values());
        sortedLosses.sort(Comparator.comparing(ReadReport.Loss::life)
                .thenComparingInt(ReadReport.Loss::lane)
                .thenComparingLong(ReadReport.Loss::lossId));
        conflicts.sort(Comparator.comparing(ReadReport.Conflict::life)
                .thenComparingInt(ReadReport.Conflict::lane)
                .thenComparingLong(ReadReport.Conflict::sequence));
        return new ReadReport(usageRecords, duplicates, extents, summaries, gaps, conflicts, damages, sortedLosses);
    }

    private LifeHistory life(final long high, final long low) {
        final LifeHistory last = lastLife;
        if (last != null && last.high == high && last.low == low) {
            return last;
        }
        lastLife = lives.computeIfAbsent(new Life(high, low), LifeHistory::new);
        return lastLife;
    }

    /** Tells records apart by type, keeps the books, and passes on to the visitor. */
    private final class Dispatcher implements QueueFile.Handler {
        private final UsageRecord usage = new UsageRecord();
        private final NameRecord name = new NameRecord();
        private final OpenRecord open = new OpenRecord();
        private final CloseRecord close = new CloseRecord();
        private final TickRecord tick = new TickRecord();
        private final CatalogRecord catalog = new CatalogRecord();
        private final VoidRecord gone = new VoidRecord();
        private final LossRecord loss = new LossRecord();
        private JournalVisitor visitor;

        @Override
        public void onRecord(
                final UnsafeBuffer buffer,
                final int recordAt,
                final int lengthBytes,
                final QueueFile file,
                final long positionBytes) {
            final int version = buffer.getByte(recordAt + RecordDescriptor.VERSION_OFFSET) & 0xFF;
            final int typeCode = buffer.getByte(recordAt + RecordDescriptor.TYPE_OFFSET) & 0xFF;
            final RecordType type = RecordType.ofCode(typeCode);
            if (version != RecordDescriptor.VERSION || type == null) {
                onDamage(
                        file,
                        positionBytes,
                        "record of version " + version + " and type " + typeCode + ", expected version "
                                + RecordDescriptor.VERSION + " and a type up to 8; read it with a later release");
                return;
            }
            if (type == RecordType.USAGE) {
                onUsage(buffer, recordAt, file, positionBytes);
            } else {
                onControl(type, buffer, recordAt, file, positionBytes);
            }
        }

        private void onUsage(
                final UnsafeBuffer buffer, final int recordAt, final QueueFile file, final long positionBytes) {
            usage.wrap(buffer, recordAt);
            final long sequence = usage.sequence();
            if (sequence < 1 || sequence > LaneHistory.MAX_SEQUENCE) {
                onDamage(file, positionBytes, "usage record with sequence " + sequence);
                return;
            }
            final LifeHistory life = life(usage.lifeHigh(), usage.lifeLow());
            life.spoke();
            final LaneHistory lane = life.lane(usage.lane());
            if (lane.add(sequence, usage.crc(), file.index())) {
                usageRecords++;
                visitor.onUsage(usage);
            } else if (lane.crc(sequence) == usage.crc()) {
                duplicates++;
            } else {
                conflicts.add(new ReadReport.Conflict(
                        life.life(),
                        usage.lane(),
                        sequence,
                        byIndex.get(lane.file(sequence)).path(),
                        file.path(),
                        positionBytes));
            }
        }

        private void onControl(
                final RecordType type,
                final UnsafeBuffer buffer,
                final int recordAt,
                final QueueFile file,
                final long positionBytes) {
            switch (type) {
                case NAME -> onName(buffer, recordAt, file, positionBytes);
                case OPEN -> onOpen(buffer, recordAt);
                case CLOSE -> {
                    close.wrap(buffer, recordAt);
                    life(close.lifeHigh(), close.lifeLow()).close(close);
                    visitor.onClose(close);
                }
                case TICK -> onTick(buffer, recordAt);
                case CATALOG -> {
                    catalog.wrap(buffer, recordAt);
                    visitor.onCatalog(catalog);
                }
                case VOID -> {
                    gone.wrap(buffer, recordAt);
                    life(gone.lifeHigh(), gone.lifeLow())
                            .lane(gone.lane())
                            .voided()
                            .addRange(gone.from(), gone.to());
                    visitor.onVoid(gone);
                }
                case LOSS -> onLoss(buffer, recordAt);
                default -> throw new IllegalStateException("type " + type + " is no control record");
            }
        }

        private void onName(
                final UnsafeBuffer buffer, final int recordAt, final QueueFile file, final long positionBytes) {
            name.wrap(buffer, recordAt);
            final NameDictionary.Name other = names.define(name);
            if (other != null) {
                onDamage(
                        file,
                        positionBytes,
                        "name '" + name.name() + "' has the id of '" + other.text() + "'; both are reported as '"
                                + other.text() + "'");
            }
        }

        private void onOpen(final UnsafeBuffer buffer, final int recordAt) {
            open.wrap(buffer, recordAt);
            life(open.lifeHigh(), open.lifeLow()).open(open);
            final Life previous = open.previous();
            if (!previous.isNone()) {
                for (int i = 0; i < open.previousLanes(); i++) {
                    life(previous.high(), previous.low()).lane(i).expect(open.previousSequence(i));
                }
            }
            visitor.onOpen(open);
        }

        private void onTick(final UnsafeBuffer buffer, final int recordAt) {
            tick.wrap(buffer, recordAt);
            life(tick.lifeHigh(), tick.lifeLow()).tick(tick);
            for (int i = 0; i < tick.heardLives(); i++) {
                final int at = tick.heardPosition(i);
                final Life heard = tick.heardLife(at);
                for (int lane = 0; lane < tick.heardLanes(at); lane++) {
                    life(heard.high(), heard.low()).lane(lane).expect(tick.heardSequence(at, lane));
                }
            }
            visitor.onTick(tick);
        }

        private void onLoss(final UnsafeBuffer buffer, final int recordAt) {
            loss.wrap(buffer, recordAt);
            life(loss.lifeHigh(), loss.lifeLow()).spoke();
            losses.merge(
                    new LossKey(loss.life(), loss.lane(), loss.lossId()),
                    new ReadReport.Loss(
                            loss.life(),
                            loss.lane(),
                            loss.lossId(),
                            loss.tenantId(),
                            loss.firstNs(),
                            loss.lastNs(),
                            loss.requests(),
                            loss.tokens()),
                    (known, other) -> other.requests() > known.requests() ? other : known);
            visitor.onLoss(loss);
        }

        @Override
        public void onDamage(final QueueFile file, final long positionBytes, final String what) {
            damages.add(new ReadReport.Damage(file.path(), positionBytes, what));
        }
    }
}
