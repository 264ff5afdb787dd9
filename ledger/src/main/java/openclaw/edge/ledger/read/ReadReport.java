package openclaw.edge.ledger.read;

import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import openclaw.edge.ledger.record.Life;

/**
 * What a reading found: how far it went, what it counted, and everything that is missing or wrong. Ordered by life, lane and
 * sequence, or by file and position, so that it does not depend on the order of files.
 *
 * @param usageRecords distinct usage records
 * @param duplicates usage records met again with the same identity and content
 * @param extents how far each file was read: the cut-off
 * @param lives all lives that the files speak of
 * @param gaps sequences that should be there and are not, nor were deleted after they had been committed
 * @param conflicts records of one identity and different content
 * @param damages places that could not be read
 * @param unknown records of versions or types that this release does not know
 * @param losses responses served without records
 * @param catalogs catalog versions that came into force, by life and time
 * @param deletions ranges that were deleted after every registered reader had committed them, and of which no file holds all
 * @param deletedFiles files that were deleted so, by path of what they left
 */
public record ReadReport(
        long usageRecords,
        long duplicates,
        List<Extent> extents,
        List<LifeSummary> lives,
        List<Gap> gaps,
        List<Conflict> conflicts,
        List<Damage> damages,
        List<Unknown> unknown,
        List<Loss> losses,
        List<CatalogVersion> catalogs,
        List<Deletion> deletions,
        List<DeletedFile> deletedFiles) {
    /** Freezes the lists. */
    public ReadReport {
        extents = List.copyOf(extents);
        lives = List.copyOf(lives);
        gaps = List.copyOf(gaps);
        conflicts = List.copyOf(conflicts);
        damages = List.copyOf(damages);
        unknown = List.copyOf(unknown);
        losses = List.copyOf(losses);
        catalogs = List.copyOf(catalogs);
        deletions = List.copyOf(deletions);
        deletedFiles = List.copyOf(deletedFiles);
    }

    /**
     * Whether nothing is missing, contradictory, unknown, or damaged without a whole copy.
     *
     * @return true without gaps, conflicts, unknown records and uncovered damages; losses are told apart
     */
    public boolean isClean() {
        return gaps.isEmpty()
                && conflicts.isEmpty()
                && unknown.isEmpty()
                && uncoveredDamages().isEmpty();
    }

    /**
     * Whether not one record was found: nothing was checked, and nothing is complete.
     *
     * @return true when the files speak of no life
     */
    public boolean isEmpty() {
        return lives.isEmpty();
    }

    /**
     * Files in which no record was found, and which are not among the damages. A node that was killed as it made a file leaves
     * such a one.
     *
     * @return how far each was read
     */
    public List<Extent> emptyFiles() {
        final Set<Path> damaged = damages.stream().map(Damage::file).collect(Collectors.toSet());
        return extents.stream()
                .filter(extent -> extent.empty() && !damaged.contains(extent.file()))
                .toList();
    }

    /**
     * Damages that no other copy of the file makes good.
     *
     * @return those without {@link Damage#coveredBy()}
     */
    public List<Damage> uncoveredDamages() {
        return damages.stream().filter(damage -> damage.coveredBy() == null).toList();
    }

    /**
     * Lives whose directory was another life's before, of which no record was read: the chain of OPEN records goes back
     * beyond these files, or one of them is missing.
     *
     * @return the first lives of their chains, directories' very first ones not among them
     */
    public List<LifeSummary> brokenChains() {
        final Set<Life> read = lives.stream()
                .filter(life -> !life.heardOnly() && !life.archivedOnly())
                .map(LifeSummary::life)
                .collect(Collectors.toSet());
        return lives.stream()
                .filter(life -> life.opened() && !life.previous().isNone() && !read.contains(life.previous()))
                .toList();
    }

    /**
     * Lives without an end, although another life followed in their directory. Whoever follows writes the end of the life before
     * it, from its lanes: they were lost, or the file with the end was.
     *
     * @return those of which records were read and no CLOSE
     */
    public List<LifeSummary> lostEnds() {
        final Set<Life> followed = lives.stream()
                .filter(life -> life.opened() && !life.previous().isNone())
                .map(LifeSummary::previous)
                .collect(Collectors.toSet());
        return lives.stream()
                .filter(life -> !life.heardOnly() && !life.archivedOnly() && !life.closed())
                .filter(life -> followed.contains(life.life()))
                .toList();
    }

    /**
     * Lives that name the same predecessor as another one: a data directory was copied, and both were run.
     *
     * @return all lives of such forks
     */
    public List<LifeSummary> forks() {
        final Map<Life, Long> followers = lives.stream()
                .filter(life -> life.opened() && !life.previous().isNone())
                .collect(Collectors.groupingBy(LifeSummary::previous, Collectors.counting()));
        return lives.stream()
                .filter(life -> life.opened() && followers.getOrDefault(life.previous(), 0L) > 1)
                .toList();
    }

    /**
     * How far a file was read.
     *
     * @param file the file
     * @param positionBytes everything before this offset was read
     * @param sizeBytes of the file when it was read
     * @param ended whether the file is complete: the writer has gone on to another one
     * @param empty whether no record was found in it; right of one that was made just now
     */
    public record Extent(Path file, long positionBytes, long sizeBytes, boolean ended, boolean empty) {}

    /**
     * What the files say of a life.
     *
     * @param life 128 bits
     * @param node name from its OPEN or from archives, or "" without one
     * @param previous life of the same directory, or {@link Life#NONE}; meaningful only with an OPEN, or by archives
     * @param opened whether its OPEN was read
     * @param openedNs its start in cycle time, from its OPEN or from archives; Long.MIN_VALUE without
     * @param closed whether its CLOSE was read
     * @param closedNs when its first CLOSE was written, cycle time; Long.MIN_VALUE without one
     * @param recovered whether every CLOSE was written by a later life
     * @param completeBeforeNs highest claim of its TICKs: every exchange admitted before has its final record;
     *     Long.MAX_VALUE when closed, Long.MIN_VALUE without TICK
     * @param lastTick its latest TICK, or null
     * @param heardOnly whether only other lives speak of it, so that nothing of it was among the files
     * @param archivedOnly whether only archives hold records of it, so that its journal was not among the files: nothing is
     *     known of records that they do not hold
     * @param lanes its lanes
     */
    public record LifeSummary(
            Life life,
            String node,
            Life previous,
            boolean opened,
            long openedNs,
            boolean closed,
            long closedNs,
            boolean recovered,
            long completeBeforeNs,
            Tick lastTick,
            boolean heardOnly,
            boolean archivedOnly,
            List<LaneSummary> lanes) {
        /** Freezes the list. */
        public LifeSummary {
            lanes = List.copyOf(lanes);
        }
    }

    /**
     * What a life said of itself last.
     *
     * @param timeNs cycle time
     * @param openExchanges in flight then
     * @param completeBeforeNs what it claimed then
     * @param metrics totals since its start by name id, see {@link NameDictionary}
     */
    public record Tick(long timeNs, long openExchanges, long completeBeforeNs, Map<Long, Long> metrics) {
        /** Freezes the map. */
        public Tick {
            metrics = Collections.unmodifiableMap(new TreeMap<>(metrics));
        }
    }

    /**
     * What was read of a lane.
     *
     * @param lane its number
     * @param sequences that were read, as {@code 1-5,7}
     * @param records how many
     * @param voided how many more VOID records declare gone
     * @param voids all that VOID records declare gone, as {@code 6,8-9}
     * @param expectedTo the highest sequence that any record speaks of; what others have heard of it only where its life has
     *     ended, or nothing of it was read
     */
    public record LaneSummary(int lane, String sequences, long records, long voided, String voids, long expectedTo) {}

    /**
     * Sequences that should be there and are not.
     *
     * @param life of the lane
     * @param lane its number
     * @param from first that is missing
     * @param to last that is missing
     */
    public record Gap(Life life, int lane, long from, long to) {}

    /**
     * Two records of one identity whose content differs. The first counts; there is one entry for each other.
     *
     * @param life of the lane
     * @param lane its number
     * @param sequence of both
     * @param first file of the record that counts; null when it has gone since it was read
     * @param firstPositionBytes of its document there, or -1
     * @param second file of the other
     * @param secondPositionBytes of its document there
     */
    public record Conflict(
            Life life,
            int lane,
            long sequence,
            Path first,
            long firstPositionBytes,
            Path second,
            long secondPositionBytes) {}

    /**
     * A place that could not be read, or contradicts itself; the reading went on behind it.
     *
     * @param file the file
     * @param positionBytes in the file
     * @param lengthBytes up to the next whole document, or to the file's end
     * @param what is wrong there
     * @param coveredBy another copy of the file that is whole there, so that nothing is lost; or null
     */
    public record Damage(Path file, long positionBytes, long lengthBytes, String what, Path coveredBy) {}

    /**
     * Records of a version or type that this release does not know, in one file. A later release reads them.
     *
     * @param file the file
     * @param version of the records' layout
     * @param type their code
     * @param records how many
     * @param firstPositionBytes of the first one
     */
    public record Unknown(Path file, int version, int type, long records, long firstPositionBytes) {}

    /**
     * A catalog version came into force.
     *
     * @param life of the node
     * @param timeNs cycle time
     * @param sha256 of the catalog's bytes, 64 hexadecimal digits
     */
    public record CatalogVersion(Life life, long timeNs, String sha256) {}

    /**
     * Responses served without records.
     *
     * @param life that served them
     * @param lane its lane
     * @param lossId number within the lane
     * @param tenantId name id, or 0 for several tenants
     * @param firstNs first response, cycle time
     * @param lastNs last response, cycle time
     * @param requests how many
     * @param tokens that they would have been charged
     */
    public record Loss(
            Life life, int lane, long lossId, long tenantId, long firstNs, long lastNs, long requests, long tokens) {}

    /**
     * Sequences that were deleted after every registered reader had committed them. No gap: but what they used is only in
     * archives, or in copies of the file.
     *
     * @param life of the lane
     * @param lane number of the lane
     * @param from first sequence
     * @param to last sequence
     * @param missing how many of them no file read holds, 1 or more
     * @param firstAdmittedNs first admission among them, cycle time
     * @param lastAdmittedNs last admission among them
     * @param timeNs when they were deleted
     */
    public record Deletion(
            Life life,
            int lane,
            long from,
            long to,
            long missing,
            long firstAdmittedNs,
            long lastAdmittedNs,
            long timeNs) {}

    /**
     * A file that was deleted.
     *
     * @param remains the file that it left
     * @param name of the file itself
     * @param timeNs when it was deleted
     * @param lengthBytes up to behind its last document
     * @param usageRecords distinct ones in it
     * @param sha256 of those bytes, 64 hexadecimal digits
     * @param readers that had committed it, names with commas
     */
    public record DeletedFile(
            Path remains,
            String name,
            long timeNs,
            long lengthBytes,
            long usageRecords,
            String sha256,
            String readers) {}
}
