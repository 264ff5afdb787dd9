package openclaw.edge.billing.reconcile;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import openclaw.edge.billing.reconcile.Finding.Kind;
import openclaw.edge.ledger.read.ReadReport.LifeSummary;

/**
 * Compares the tokens that a life's buckets have consumed and refunded, by its last TICK, with the records of its journal.
 *
 * <p>Tokens are consumed before a request is admitted, and given back after its record is committed; both by the lane's one thread,
 * and the TICK's totals are read after the records before it were taken from the lanes. So at a TICK
 * <ul>
 *   <li>{@code consumed - admitted with by the records before it} is what was in flight: never below zero, and of a life that has
 *       ended at most what the records behind the TICK were admitted with;
 *   <li>{@code refunded} is at least what the records before it left uncharged, but for the last record of each lane, whose refund
 *       may just not have been counted; and of a life that has ended at most that and what the records behind it left uncharged.
 * </ul>
 * A life that was killed may have debited one request of each lane that it did not come to admit: nothing was sent for it, and it
 * leaves no record. As many tokens as its dearest record tells of are tolerated for each lane, and named.
 *
 * <p>Nothing else is tolerated. What a full bucket cannot take of a refund, or a bucket reclaimed meanwhile, is counted as refunded all
 * the same; totals begin at zero with each life; requests without a record are counted apart; those in doubt are never refunded.
 */
final class TokenBalance {
    private final LifeSummary life;
    private final LastTicks.Tick tick;
    private final LifeCounts.Count count;
    private final List<Finding> findings = new ArrayList<>();

    private TokenBalance(LifeSummary life, LastTicks.Tick tick, LifeCounts.Count count) {
        this.life = life;
        this.tick = tick;
        this.count = count;
    }

    /**
     * Compares.
     *
     * @param tick the life's last
     * @param count of its records
     * @return differences, or one line that says what agrees or why nothing is compared
     */
    static List<Finding> of(LifeSummary life, LastTicks.Tick tick, LifeCounts.Count count) {
        TokenBalance balance = new TokenBalance(life, tick, count);
        if (!tick.has("tokens_consumed") || !tick.has("tokens_refunded")) {
            balance.add(
                    Kind.NOT_COMPARED,
                    "tokens",
                    count.tokens(),
                    "its TICKs, of an earlier version, do not tell what its buckets consumed and refunded");
            return balance.findings;
        }
        balance.compare();
        return balance.findings;
    }

    private void compare() {
        long unrecorded = tick.metric("tokens_consumed_unrecorded");
        long refundedUnrecorded = tick.metric("tokens_refunded_unrecorded");
        long consumed = tick.metric("tokens_consumed") - unrecorded;
        long refunded = tick.metric("tokens_refunded") - refundedUnrecorded;
        long inFlight = consumed - count.byTick.admittedTokens;
        long ahead = refunded - count.byTick.uncharged();
        long neverAdmitted = life.closed() ? Math.max(0, inFlight - count.afterTick.admittedTokens) : 0;
        consumed(consumed, inFlight);
        refunded(refunded, ahead);
        if (!findings.isEmpty()) {
            return;
        }
        findings.add(new Finding(
                Kind.BALANCE,
                life.life() + ":tokens",
                count.byTick.records,
                count.byTick.chargedTokens,
                "node " + life.node() + ": " + (consumed + unrecorded) + " consumed by its last TICK = "
                        + count.byTick.admittedTokens + " by the records before it + " + inFlight + " in flight"
                        + (neverAdmitted == 0 ? "" : " (" + neverAdmitted + " killed before they were admitted)")
                        + " + "
                        + unrecorded + " unrecorded; " + (refunded + refundedUnrecorded) + " refunded = "
                        + count.byTick.uncharged() + " not charged by those records "
                        + (ahead < 0 ? "- " + -ahead + " about to be refunded" : "+ " + ahead + " by later ones")
                        + " + " + refundedUnrecorded + " unrecorded; " + count.byTick.chargedTokens + " charged, "
                        + count.inDoubtUncharged + " in doubt and neither charged nor refunded",
                new TreeMap<>(Map.of(
                        "consumed",
                        consumed + unrecorded,
                        "consumed_unrecorded",
                        unrecorded,
                        "refunded",
                        refunded + refundedUnrecorded,
                        "refunded_unrecorded",
                        refundedUnrecorded,
                        "admitted_by_records",
                        count.byTick.admittedTokens,
                        "charged_by_records",
                        count.byTick.chargedTokens,
                        "in_flight",
                        inFlight,
                        "in_doubt_uncharged",
                        count.inDoubtUncharged))));
    }

    /** Tokens that a killed life may have debited without admitting. */
    private long killed() {
        return life.recovered()
                ? Math.multiplyExact(count.dearest, (long) tick.sequences().size())
                : 0;
    }

    private void consumed(long consumed, long inFlight) {
        if (inFlight < 0) {
            add(
                    Kind.SURPLUS,
                    "consumed",
                    -inFlight,
                    "the records before its last TICK were admitted with " + count.byTick.admittedTokens
                            + " tokens, of which its buckets have consumed " + consumed);
        } else if (life.closed() && inFlight > count.afterTick.admittedTokens + killed()) {
            add(
                    Kind.MISSING,
                    "consumed",
                    inFlight - count.afterTick.admittedTokens,
                    "its buckets had consumed " + consumed
                            + " tokens by its last TICK; it has ended, and all its records"
                            + " were admitted with "
                            + Math.addExact(count.byTick.admittedTokens, count.afterTick.admittedTokens));
        }
    }

    private void refunded(long refunded, long ahead) {
        long later = Math.max(0, count.afterTick.uncharged() - count.inDoubtUncharged);
        if (ahead < -count.lastRefunds()) {
            add(
                    Kind.SURPLUS,
                    "refunded",
                    -ahead - count.lastRefunds(),
                    "the records before its last TICK left " + count.byTick.uncharged()
                            + " tokens uncharged, of which its buckets were given back " + refunded + "; "
                            + count.lastRefunds() + " might have followed");
        } else if (life.closed() && ahead > later) {
            add(
                    Kind.MISSING,
                    "refunded",
                    ahead - later,
                    "its buckets were given back " + refunded + " tokens by its last TICK; it has ended, and all its"
                            + " records left " + Math.addExact(count.byTick.uncharged(), later) + " uncharged");
        }
    }

    private void add(Kind kind, String subject, long tokens, String what) {
        findings.add(new Finding(kind, life.life() + ":" + subject, 0, tokens, "node " + life.node() + ": " + what));
    }
}
