package openclaw.edge.crdt;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * One replicated bucket of one node in floating point: level in tokens instead of virtual time, the rules written as
 * rates. What the integer arithmetic of slots is compared with, within rounding.
 */
final class FloatBucket {

    /** Instants closer than this are the same one, rounded. */
    private static final double SAME = 1e-7;

    private final double capacity;
    private final double perSecond;
    private final int all;
    private int reachable;
    private double level;
    private double withheldSeconds;
    private double usedSeconds;
    private double aside;
    private final List<double[]> holes = new ArrayList<>();
    private double taken;
    private double atSeconds;

    FloatBucket(final double capacity, final double perSecond, final int all, final double atSeconds) {
        this.capacity = capacity;
        this.perSecond = perSecond;
        this.all = all;
        this.reachable = all;
        this.level = capacity;
        this.atSeconds = atSeconds;
    }

    /** Refill at k/N; the rest is withheld. */
    void passTo(final double seconds) {
        final double passed = seconds - atSeconds;
        final double fraction = (double) reachable / all;
        level = Math.min(capacity, level + passed * perSecond * fraction);
        withheldSeconds += passed * (1 - fraction);
        atSeconds = seconds;
    }

    void members(final int nowReachable) {
        reachable = nowReachable;
    }

    double withheldSeconds() {
        return withheldSeconds;
    }

    double level() {
        return level;
    }

    /** What may be taken now: k/N of the capacity at most, but one token at least if it is there. */
    double usable() {
        return Math.min(level, Math.max(Math.min(1, capacity), capacity * reachable / all));
    }

    void take(final long tokens) {
        if (tokens > 0) {
            if (reachable < all && level > usable()) {
                setAside(level - usable(), capacity - floorless());
            }
            level = usable() - tokens;
        }
    }

    private void setAside(final double raised, final double floor) {
        final double more = Math.min(aside + raised, floor);
        if (more > aside) {
            taken = aside > 0 ? Math.min(floor, taken + raised) : floor;
            aside = more;
        }
    }

    private double floorless() {
        return reachable == all ? capacity : Math.max(Math.min(1, capacity), capacity * reachable / all);
    }

    /** What members heard again did not use comes back; what was refilled since is forgotten. */
    void giveBack() {
        final double noted = aside;
        aside = Math.min(aside, Math.max(0, capacity - level));
        final double floor = capacity - floorless();
        final double usedBefore = Math.max(0, taken - noted);
        final double keep = Math.min(aside, Math.max(0, floor - usedBefore));
        level += aside - keep;
        if (keep < noted) {
            taken = Math.min(floor, keep + usedBefore);
        }
        aside = keep;
    }

    double taken() {
        return aside > 0 ? taken : 0;
    }

    double aside() {
        return aside;
    }

    /** Takes over what rounding made of it. */
    void round(
            final double roundedLevel,
            final double roundedAside,
            final double roundedTaken,
            final double roundedUsedSeconds) {
        taken = roundedTaken;
        level = roundedLevel;
        aside = roundedAside;
        usedSeconds = roundedUsedSeconds;
    }

    void credit(final long tokens) {
        level = Math.max(level, Math.min(capacity, level + tokens));
    }

    /**
     * Growth of another's counter: of one silent since {@code sinceWithheld}, withheld refill pays first, then what the
     * floor took off.
     *
     * @param others since when the other silent ones are.
     */
    void grow(final long tokens, final boolean silent, final double sinceWithheld, final double[] others) {
        giveBack();
        double rest = tokens;
        if (silent && tokens > 0) {
            rest -= perSecond * forgive(tokens / perSecond, sinceWithheld, others);
            final double paid = Math.min(rest, aside);
            aside -= paid;
            taken -= paid > 0 ? Math.min(taken, paid) : 0;
            rest -= paid;
        }
        level = Math.max(level - rest, Math.min(level, -(all - 1) * capacity));
    }

    /** The lowest that was withheld since a silence began and that has paid for nothing yet. */
    private double forgive(final double seconds, final double since, final double[] others) {
        final double from = Math.max(usedSeconds, since);
        double forgiven = 0;
        double to = from;
        for (final double[] hole : holes) {
            if (forgiven < seconds && hole[1] > to) {
                final double free = Math.min(seconds - forgiven, Math.max(0, hole[0] - to));
                forgiven += free;
                to = forgiven < seconds ? hole[1] : to + free;
            }
        }
        final double last = Math.max(0, Math.min(seconds - forgiven, withheldSeconds - to));
        if (forgiven + last > 0) {
            final boolean isNeededBelow = Arrays.stream(others).anyMatch(other -> other < from - SAME);
            use(isNeededBelow ? from : usedSeconds, to + last);
        }
        return forgiven + last;
    }

    /** Adds a stretch, puts together those that meet, and lets w reach as far as there is none between. */
    private void use(final double from, final double to) {
        holes.add(new double[] {from, to});
        holes.sort(Comparator.comparingDouble(hole -> hole[0]));
        for (int i = 1; i < holes.size(); i++) {
            final double[] before = holes.get(i - 1);
            if (holes.get(i)[0] <= before[1] + SAME) {
                before[1] = Math.max(before[1], holes.remove(i--)[1]);
            }
        }
        while (!holes.isEmpty() && holes.get(0)[0] <= usedSeconds + SAME) {
            usedSeconds = Math.max(usedSeconds, holes.remove(0)[1]);
        }
    }
}
