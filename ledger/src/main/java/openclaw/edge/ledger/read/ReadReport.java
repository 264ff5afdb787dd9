package openclaw.edge.ledger.read;

import java.nio.file.Path;
import java.util.List;
import openclaw.edge.ledger.record.Life;

/**
 * What a reading found: how far it went, what it counted, and everything that is missing or wrong. Ordered by life, lane
 * and sequence, so that it does not depend on the order of files.
 *
 * @param usageRecords distinct usage records visited
 * @param duplicates usage records met again with the same identity and content
 * @param extents how far each file was read: the cut-off
 * @param lives all lives that the files speak of
 * @param gaps sequences that should be there and are not
 * @param conflicts records of one identity and different content
 * @param damages places that could not be read
 * @param losses responses served without records
 */
public record ReadReport(
        long usageRecords,
        long duplicates,
        List<Extent> extents,
        List<LifeSummary> lives,
        List<Gap> gaps,
        List<Conflict> conflicts,
        List<Damage> damages,
        List<Loss> losses) {
    /** Freezes the lists. */
    public ReadReport {
        extents = List.copyOf(extents);
        lives = List.copyOf(lives);
        gaps = List.copyOf(gaps);
        conflicts = List.copyOf(conflicts);
        damages = List.copyOf(damages);
        losses = List.copyOf(losses);
    }

    /**
     * Whether nothing is missing, damaged or contradictory.
     *
     * @return true without gaps, conflicts and damages; losses are told apart
     */
    public boolean isClean() {
        return gaps.isEmpty() && conflicts.isEmpty() && damages.isEmpty();
    }

    /**
     * How far a file was read.
     *
     * @param file the file
     * @param positionBytes everything before this offset was read
     * @param ended whether the file is complete: the writer has gone on to another one
     */
    public record Extent(Path file, long positionBytes, boolean ended) {}

    /**
     * What the files say of a life.
     *
     * @param life 128 bits
     * @param node name from its OPEN, or "" without one
     * @param previous life of the same directory, or {@link Life#NONE}; meaningful only when opened
     * @param opened whether its OPEN was read
     * @param closed whether its CLOSE was read
     * @param recovered whether that CLOSE was written by a later life
     * @param completeBeforeNs highest claim of its TICKs: every exchange admitted before has its final record;
     *     Long.MAX_VALUE when closed, Long.MIN_VALUE without TICK
     * @param heardOnly whether only other lives speak of it, so that its journal was not among the files
     * @param lanes its lanes
     */
    public record LifeSummary(
            Life life,
            String node,
            Life previous,
            boolean opened,
            boolean closed,
            boolean recovered,
            long completeBeforeNs,
            boolean heardOnly,
            List<LaneSummary> lanes) {
        /** Freezes the list. */
        public LifeSummary {
            lanes = List.copyOf(lanes);
        }
    }

    /**
     * What was read of a lane.
     *
     * @param lane its number
     * @param sequences that were read, as {@code 1-5,7}
     * @param records how many
     * @param voided how many more VOID records declare gone
     * @param expectedTo the highest sequence that any record speaks of
     */
    public record LaneSummary(int lane, String sequences, long records, long voided, long expectedTo) {}

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
     * Two records of one identity whose content differs. The first was visited.
     *
     * @param life of the lane
     * @param lane its number
     * @param sequence of both
     * @param first file of the record visited
     * @param second file of the other
     * @param positionBytes of the other in its file
     */
    public record Conflict(Life life, int lane, long sequence, Path first, Path second, long positionBytes) {}

    /**
     * A place that could not be read, or contradicts itself; the reading went on behind it.
     *
     * @param file the file
     * @param positionBytes in the file
     * @param what is wrong there
     */
    public record Damage(Path file, long positionBytes, String what) {}

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
}
