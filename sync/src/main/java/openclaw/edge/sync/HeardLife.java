package openclaw.edge.sync;

import java.util.List;

/**
 * A life of another node's journal, as that node told of it itself.
 *
 * @param lifeHigh upper half of the life.
 * @param lifeLow lower half.
 * @param sequences the highest sequence told of each lane.
 */
public record HeardLife(long lifeHigh, long lifeLow, List<Long> sequences) {}
