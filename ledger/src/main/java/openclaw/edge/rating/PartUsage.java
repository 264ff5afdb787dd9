package openclaw.edge.rating;

import java.math.BigDecimal;
import java.util.List;
import openclaw.edge.catalog.CyclePart;
import openclaw.edge.catalog.Multiplier;
import openclaw.edge.catalog.Unit;

/**
 * What a tenant used in one part of a cycle.
 *
 * @param part the part
 * @param classes first what no multiplier matched, then what each of the part's multipliers did, in their order
 */
public record PartUsage(CyclePart part, List<Usage> classes) {
    /** With an unmodifiable copy of the classes, of which there is one more than there are multipliers. */
    public PartUsage {
        classes = List.copyOf(classes);
        int expected =
                1 + (part == null ? 0 : part.terms().price().multipliers().size());
        if (classes.size() != expected) {
            throw new IllegalArgumentException(classes.size() + " classes of usage: expected " + expected);
        }
    }

    /** Where nothing is multiplied. */
    public PartUsage(CyclePart part, long requests, long tokens) {
        this(part, List.of(new Usage(requests, tokens)));
    }

    /** What was counted, as it was: requests where requests are sold, else tokens. */
    long counted() {
        long sum = 0;
        for (Usage usage : classes) {
            sum = Math.addExact(sum, counted(usage));
        }
        return sum;
    }

    /** What the quota counts and prices apply to: the same with its multipliers. */
    public BigDecimal quantity() {
        List<Multiplier> multipliers = part.terms().price().multipliers();
        BigDecimal sum = BigDecimal.valueOf(counted(classes.get(0)));
        for (int i = 0; i < multipliers.size(); i++) {
            BigDecimal counted = BigDecimal.valueOf(counted(classes.get(i + 1)));
            sum = sum.add(counted.multiply(multipliers.get(i).factor()));
        }
        return sum;
    }

    private long counted(Usage usage) {
        return part.terms().price().unit() == Unit.REQUESTS ? usage.requests() : usage.tokens();
    }
}
