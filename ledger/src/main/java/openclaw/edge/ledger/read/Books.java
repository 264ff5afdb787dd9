package openclaw.edge.ledger.read;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import openclaw.edge.ledger.record.CatalogRecord;
import openclaw.edge.ledger.record.CloseRecord;
import openclaw.edge.ledger.record.DeletedFileRecord;
import openclaw.edge.ledger.record.DeletedRecord;
import openclaw.edge.ledger.record.Life;
import openclaw.edge.ledger.record.LossRecord;
import openclaw.edge.ledger.record.NameRecord;
import openclaw.edge.ledger.record.OpenRecord;
import openclaw.edge.ledger.record.TickRecord;
import openclaw.edge.ledger.record.VoidRecord;

/**
 * What all files together say: which sequences were read, which lives there are. Shared by the reading threads, each of
 * which takes the books' monitor once for a block of records.
 */
final class Books {
    private static final Comparator<ReadReport.Loss> MOST = Comparator.comparingLong(ReadReport.Loss::requests)
            .thenComparingLong(ReadReport.Loss::tokens)
            .thenComparingLong(ReadReport.Loss::lastNs)
            .thenComparingLong(ReadReport.Loss::firstNs)
            .thenComparingLong(ReadReport.Loss::tenantId);
    private static final Comparator<ReadReport.CatalogVersion> BY_LIFE = Comparator.comparing(
                    ReadReport.CatalogVersion::life)
            .thenComparingLong(ReadReport.CatalogVersion::timeNs)
            .thenComparing(ReadReport.CatalogVersion::sha256);

    private final Map<Life, LifeHistory> lives = new HashMap<>();
    private final TreeMap<LossKey, ReadReport.Loss> losses = new TreeMap<>();
    private final TreeSet<ReadReport.CatalogVersion> catalogs = new TreeSet<>(BY_LIFE);
    private final TreeSet<ReadReport.DeletedFile> deletedFiles = new TreeSet<>(
            Comparator.comparing(ReadReport.DeletedFile::remains).thenComparing(ReadReport.DeletedFile::sha256));
    private final NameDictionary names = new NameDictionary();
    private LifeHistory lastLife;
    private long usageRecords;
    private long known;
    private long ruledOut;

    private record LossKey(Life life, int lane, long lossId) implements Comparable<LossKey> {
        @Override
        public int compareTo(final LossKey other) {
            final int byLife = life.compareTo(other.life);
            final int byLane = byLife != 0 ? byLife : Integer.compare(lane, other.lane);
            return byLane != 0 ? byLane : Long.compare(lossId, other.lossId);
        }
    }

    NameDictionary names() {
        return names;
    }

    LifeHistory life(final long high, final long low) {
        final LifeHistory last = lastLife;
        if (last != null && last.high == high && last.low == low) {
            return last;
        }
        lastLife = lives.computeIfAbsent(new Life(high, low), LifeHistory::new);
        return lastLife;
    }

    void countUsage(final long records) {
        usageRecords += records;
    }

    void countKnown(final long records) {
        known += records;
    }

    void countRuledOut() {
        ruledOut++;
    }

    /** Usage records that were passed over, since another one of the same identity counts. */
    long ruledOut() {
        return ruledOut;
    }

    /** Distinct usage records read. */
    long usageRecords() {
        return usageRecords;
    }

    /** Usage records that were there before, contradictions among them. */
    long known() {
        return known;
    }

    /** Forgets all but names and rulings. */
    void forget() {
        lives.values().forEach(LifeHistory::forget);
        losses.clear();
        catalogs.clear();
        deletedFiles.clear();
        usageRecords = 0;
        known = 0;
        ruledOut = 0;
    }

    /** Learns a name; answers what is wrong with it, or null. */
    String name(final NameRecord record) {
        final NameDictionary.Name other = names.define(record);
        if (other == null) {
            return null;
        }
        final String own = record.name();
        final boolean ownIsLess = names.text(record.id()).equals(own);
        return "names '" + (ownIsLess ? own : other.text()) + "' and '" + (ownIsLess ? other.text() : own)
                + "' have one id; both are reported as '" + names.text(record.id()) + "'";
    }

    void open(final OpenRecord record) {
        life(record.lifeHigh(), record.lifeLow()).open(record);
        final Life previous = record.previous();
        if (!previous.isNone()) {
            for (int i = 0; i < record.previousLanes(); i++) {
                life(previous.high(), previous.low()).lane(i).expect(record.previousSequence(i));
            }
        }
    }

    void close(final CloseRecord record) {
        life(record.lifeHigh(), record.lifeLow()).close(record);
    }

    void tick(final TickRecord record) {
        life(record.lifeHigh(), record.lifeLow()).tick(record);
        for (int i = 0; i < record.heardLives(); i++) {
            final int at = record.heardPosition(i);
            final Life heard = record.heardLife(at);
            final int lanes = Math.min(record.heardLanes(at), RecordShape.MAX_LANES);
            for (int lane = 0; lane < lanes; lane++) {
                life(heard.high(), heard.low()).lane(lane).heard(record.heardSequence(at, lane));
            }
        }
    }

    void catalog(final CatalogRecord record) {
        life(record.lifeHigh(), record.lifeLow()).spoke();
        catalogs.add(new ReadReport.CatalogVersion(
                record.life(), record.timeNs(), HexFormat.of().formatHex(record.sha256())));
    }

    void gone(final VoidRecord record) {
        life(record.lifeHigh(), record.lifeLow()).lane(record.lane()).voided().addRange(record.from(), record.to());
    }

    void loss(final LossRecord record) {
        life(record.lifeHigh(), record.lifeLow()).spoke();
        final ReadReport.Loss loss = new ReadReport.Loss(
                record.life(),
                record.lane(),
                record.lossId(),
                record.tenantId(),
                record.firstNs(),
                record.lastNs(),
                record.requests(),
                record.tokens());
        losses.merge(
                new LossKey(loss.life(), loss.lane(), loss.lossId()),
                loss,
                (one, other) -> MOST.compare(one, other) < 0 ? other : one);
    }

    void deleted(final DeletedRecord record) {
        final LifeHistory life = life(record.lifeHigh(), record.lifeLow());
        life.spoke();
        life.lane(record.lane())
                .deleted(
                        record.from(),
                        new LaneClaims.Deleted(
                                record.to(), record.firstAdmittedNs(), record.lastAdmittedNs(), record.timeNs()));
    }

    void deletedFile(final DeletedFileRecord record, final Path file) {
        deletedFiles.add(new ReadReport.DeletedFile(
                file,
                record.name(),
                record.timeNs(),
                record.fileBytes(),
                record.usageRecords(),
                HexFormat.of().formatHex(record.sha256()),
                record.readers()));
    }

    List<ReadReport.DeletedFile> deletedFiles() {
        return new ArrayList<>(deletedFiles);
    }

    List<ReadReport.Loss> losses() {
        return new ArrayList<>(losses.values());
    }

    List<ReadReport.CatalogVersion> catalogs() {
        return new ArrayList<>(catalogs);
    }

    /** All lives, sorted. */
    List<LifeHistory> lives() {
        final List<LifeHistory> sorted = new ArrayList<>(lives.values());
        sorted.sort(Comparator.comparing(LifeHistory::life));
        return sorted;
    }
}
