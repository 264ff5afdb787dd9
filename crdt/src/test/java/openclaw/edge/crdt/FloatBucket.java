package openclaw.edge.crdt;

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
    private boolean holed;
    private double holeFrom;
    private double holeTo;
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
                aside = Math.max(aside, Math.min(aside + level - usable(), capacity - floorless()));
            }
            level = usable() - tokens;
        }
    }

    private double floorless() {
        return reachable == all ? capacity : Math.max(Math.min(1, capacity), capacity * reachable / all);
    }

    /** What members heard again did not use comes back; what was refilled since is forgotten. */
    void giveBack() {
        aside = Math.min(aside, Math.max(0, capacity - level));
        final double back = Math.max(0, aside - (capacity - floorless()));
        aside -= back;
        level += back;
    }

    double aside() {
        return aside;
    }

    /** Takes over what rounding made of it. */
    void round(final double roundedLevel, final double roundedAside, final double roundedUsedSeconds) {
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
            rest -= paid;
        }
        level = Math.max(level - rest, Math.min(level, -(all - 1) * capacity));
    }

    private double forgive(final double seconds, final double since, final double[] others) {
        double older = Double.MAX_VALUE;
        boolean between = false;
        for (final double other : others) {
            older = Math.min(older, other);
            between |= other > holeFrom + SAME && other < holeTo - SAME;
        }
        if (holed && since >= holeTo - SAME) {
            if (between) {
                holeTo = since;
            } else {
                usedSeconds = older <= holeFrom + SAME ? Math.max(usedSeconds, older) + holeTo - holeFrom : holeTo;
                holed = false;
            }
        }
        final double begin = Math.max(usedSeconds, since);
        double forgiven;
        if (!holed && older < since - SAME && usedSeconds < since - SAME) {
            forgiven = Math.max(0, Math.min(seconds, withheldSeconds - since));
            holed = forgiven > 0;
            holeFrom = since;
            holeTo = since + forgiven;
        } else if (!holed) {
            forgiven = Math.max(0, Math.min(seconds, withheldSeconds - begin));
            usedSeconds = forgiven > 0 ? begin + forgiven : usedSeconds;
        } else if (since < holeFrom - SAME) {
            forgiven = Math.max(0, Math.min(seconds, withheldSeconds - begin - (holeTo - holeFrom)));
            usedSeconds = forgiven > 0 ? begin + forgiven : usedSeconds;
            if (forgiven > 0 && usedSeconds > holeFrom + SAME) {
                usedSeconds += holeTo - holeFrom;
                holed = false;
            }
        } else {
            forgiven = Math.max(0, Math.min(seconds, withheldSeconds - holeTo));
            holeTo += forgiven;
        }
        return forgiven;
    }
}
