package openclaw.edge.rating;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Divides usage, taken in the order of time, among the lines that {@link Rating} has made of it: a quota is used up first, part by
 * part, then the steps of a price one after the other. What all usage together gives a line is the line's quantity; a line of
 * packages gets what the packages are counted of, a flat fee what lies in its step. Not thread-safe.
 */
public final class LineShares {
    private final BigDecimal[] includedLeft;
    private final List<List<Range>> linesOfPart = new ArrayList<>();
    private final int[] includedLine;
    private final BigDecimal[] beyondTaken;
    private final int[] groupOf;

    /** Where a line's usage begins and ends, within what its parts use beyond their quota. */
    private record Range(int line, BigDecimal from, BigDecimal to) {}

    /** Takes what falls to a line. */
    @FunctionalInterface
    public interface Sink {
        /**
         * Usage that falls to a line.
         *
         * @param line its index among the lines
         * @param quantity above 0, with its multiplier
         */
        void share(int line, BigDecimal quantity);
    }

    /**
     * Of a tenant's cycle.
     *
     * @param usage all parts of the cycle in their order, as they were rated
     * @param lines that {@link Rating#rate} made of it
     */
    public LineShares(List<PartUsage> usage, List<RatedLine> lines) {
        BigDecimal[] included = Rating.included(usage);
        includedLeft = included.clone();
        includedLine = new int[usage.size()];
        groupOf = new int[usage.size()];
        beyondTaken = new BigDecimal[usage.size()];
        Arrays.fill(includedLine, -1);
        Arrays.fill(beyondTaken, BigDecimal.ZERO);
        for (int part = 0; part < usage.size(); part++) {
            linesOfPart.add(new ArrayList<>());
            groupOf[part] = part;
        }
        for (int line = 0; line < lines.size(); line++) {
            RatedLine rated = lines.get(line);
            switch (rated.kind()) {
                case INCLUDED -> Arrays.fill(includedLine, rated.fromPart(), rated.toPart(), line);
                case TOKENS, REQUESTS, PACKAGES -> addRange(usage, included, lines, line);
                case SUBSCRIPTION, FLAT_FEE, COMMITMENT, CHARGE, DISPUTE -> {}
            }
        }
    }

    private void addRange(List<PartUsage> usage, BigDecimal[] included, List<RatedLine> lines, int line) {
        RatedLine rated = lines.get(line);
        List<Range> ranges = linesOfPart.get(rated.fromPart());
        BigDecimal from = BigDecimal.ZERO;
        for (Range before : ranges) {
            from = from.max(before.to());
        }
        BigDecimal length = rated.quantity();
        if (rated.kind() == LineKind.PACKAGES) {
            length = BigDecimal.ZERO;
            for (int part = rated.fromPart(); part < rated.toPart(); part++) {
                length = length.add(usage.get(part).quantity()).subtract(included[part]);
            }
        }
        ranges.add(new Range(line, from, from.add(length)));
        for (int other = 0; other < lines.size(); other++) {
            RatedLine fee = lines.get(other);
            if (fee.kind() == LineKind.FLAT_FEE
                    && fee.fromPart() == rated.fromPart()
                    && fee.toPart() == rated.toPart()
                    && fee.step() == rated.step()) {
                ranges.add(new Range(other, from, from.add(length)));
            }
        }
        Arrays.fill(groupOf, rated.fromPart(), rated.toPart(), rated.fromPart());
    }

    /**
     * Takes the next usage in the order of time.
     *
     * @param part its index in the cycle
     * @param usage of that part, a piece of what was rated
     * @param sink told of each line that some of it falls to
     */
    public void take(int part, PartUsage usage, Sink sink) {
        BigDecimal quantity = usage.quantity();
        BigDecimal free = includedLeft[part].min(quantity);
        if (free.signum() > 0) {
            includedLeft[part] = includedLeft[part].subtract(free);
            if (includedLine[part] >= 0) {
                sink.share(includedLine[part], free);
            }
        }
        int group = groupOf[part];
        BigDecimal from = beyondTaken[group];
        BigDecimal to = from.add(quantity).subtract(free);
        beyondTaken[group] = to;
        for (Range range : linesOfPart.get(group)) {
            BigDecimal share = to.min(range.to()).subtract(from.max(range.from()));
            if (share.signum() > 0) {
                sink.share(range.line(), share);
            }
        }
    }
}
