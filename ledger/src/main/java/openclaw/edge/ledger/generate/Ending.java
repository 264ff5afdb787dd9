package openclaw.edge.ledger.generate;

import openclaw.edge.ledger.record.Outcome;
import openclaw.edge.ledger.record.Phase;

/**
 * How a call ended, and whether {@code bill: success} charges for it. That is written down here case by case and not asked of
 * the rule itself, so that the totals stand on their own. The weights are per mille; those without come at the end of a life.
 */
enum Ending {
    OK(Outcome.COMPLETE, 200, Phase.STREAMING, true, 925),
    NOT_FOUND(Outcome.COMPLETE, 404, Phase.STREAMING, true, 24),
    BAD_REQUEST(Outcome.COMPLETE, 400, Phase.STREAMING, true, 8),
    SERVER_ERROR(Outcome.COMPLETE, 503, Phase.STREAMING, false, 14),
    LEFT_EARLY(Outcome.CLIENT_ABORT, 0, Phase.ADMITTED, false, 1),
    LEFT_WAITING(Outcome.CLIENT_ABORT, 0, Phase.SENT, true, 6),
    LEFT_READING(Outcome.CLIENT_ABORT, 200, Phase.STREAMING, true, 8),
    UNREACHABLE(Outcome.UPSTREAM_FAILED, 502, Phase.STREAMING, false, 7),
    BROKEN_OFF(Outcome.UPSTREAM_FAILED, 200, Phase.STREAMING, true, 2),
    LATE(Outcome.TIMEOUT, 504, Phase.STREAMING, false, 4),
    STALLED(Outcome.TIMEOUT, 200, Phase.STREAMING, true, 1),
    CUT(Outcome.SHUTDOWN, 200, Phase.STREAMING, true, 0),
    CUT_WAITING(Outcome.SHUTDOWN, 503, Phase.STREAMING, false, 0),
    DOUBT_ADMITTED(Outcome.IN_DOUBT, 0, Phase.ADMITTED, false, 0),
    DOUBT_SENT(Outcome.IN_DOUBT, 0, Phase.SENT, false, 0),
    DOUBT_STREAMING(Outcome.IN_DOUBT, 0, Phase.STREAMING, true, 0);

    private static final Ending[] ENDINGS = values();
    private static final Ending[] DOUBTS = {DOUBT_ADMITTED, DOUBT_SENT, DOUBT_STREAMING};
    private static final Weighted WEIGHTS = Weighted.of(weights());

    final Outcome outcome;
    final int status;
    final Phase phase;
    final boolean isBilled;
    private final long weight;

    Ending(final Outcome outcome, final int status, final Phase phase, final boolean isBilled, final long weight) {
        this.outcome = outcome;
        this.status = status;
        this.phase = phase;
        this.isBilled = isBilled;
        this.weight = weight;
    }

    private static long[] weights() {
        final long[] weights = new long[ENDINGS.length];
        for (final Ending ending : ENDINGS) {
            weights[ending.ordinal()] = ending.weight;
        }
        return weights;
    }

    static Ending draw(final Chance chance) {
        return ENDINGS[WEIGHTS.draw(chance.bits())];
    }

    static Ending drawDoubt(final Chance chance) {
        return DOUBTS[chance.below(DOUBTS.length)];
    }

    static Ending drawCut(final Chance chance) {
        return chance.below(4) == 0 ? CUT_WAITING : CUT;
    }
}
