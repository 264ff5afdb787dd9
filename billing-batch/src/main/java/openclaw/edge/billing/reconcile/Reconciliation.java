package openclaw.edge.billing.reconcile;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import openclaw.edge.billing.reconcile.Finding.Kind;
import openclaw.edge.ledger.read.JournalReader;
import openclaw.edge.ledger.read.ReadReport;
import openclaw.edge.ledger.read.ReadReport.LifeSummary;
import openclaw.edge.ledger.record.Life;

/**
 * Compares, life by life, what a node says that it has admitted with what its journal holds.
 *
 * <p>A TICK's totals are read after the records before it were appended, and an admission is counted before its record is
 * committed. So at a TICK {@code admitted >= final records before it}; what is more was in flight then, and of a life that has
 * ended must have a final record behind it. Without traffic at the TICK both are equal. {@code requests} is what was refused,
 * admitted, or not yet decided; malformed ones are counted apart. For tokens see {@link TokenBalance}.
 */
public final class Reconciliation {
    private final List<Finding> findings = new ArrayList<>();

    private Reconciliation() {}

    /**
     * Compares.
     *
     * @param journals directories of journals, or archives of them
     * @return everything that is to be told, by life
     * @throws IOException when a journal cannot be read at all
     */
    public static List<Finding> of(List<Path> journals) throws IOException {
        LastTicks ticks = new LastTicks();
        new JournalReader(journals).read(ticks);
        LifeCounts counts = new LifeCounts(ticks);
        ReadReport report = new JournalReader(journals).read(counts);
        Reconciliation reconciliation = new Reconciliation();
        Map<Life, Long> unrecorded = reconciliation.losses(report);
        for (LifeSummary life : report.lives()) {
            if (life.heardOnly()) {
                reconciliation.add(
                        Kind.MISSING, life.life().toString(), 0, 0, "its journal is not there; others speak of it");
                continue;
            }
            LastTicks.Tick tick = ticks.of(life.life());
            LifeCounts.Count count = counts.of(life.life());
            if (tick != null && tick.has("requests_admitted")) {
                reconciliation.admitted(life, tick, count, unrecorded.getOrDefault(life.life(), 0L));
                reconciliation.findings.addAll(TokenBalance.of(life, tick, count));
            } else {
                reconciliation.add(
                        Kind.NOT_COMPARED,
                        life.life().toString(),
                        count.byTick.records + count.afterTick.records,
                        count.tokens(),
                        "node " + life.node() + ": no TICK of it tells what it has admitted");
            }
            if (count.inDoubt > 0) {
                reconciliation.add(
                        Kind.IN_DOUBT,
                        life.life().toString(),
                        count.inDoubt,
                        count.inDoubtTokens,
                        "node " + life.node() + ": open when the process died; charged once an answer had begun");
            }
        }
        reconciliation.records(report);
        return reconciliation.findings;
    }

    private Map<Life, Long> losses(ReadReport report) {
        Map<Life, Long> requests = new HashMap<>();
        for (ReadReport.Loss loss : report.losses()) {
            requests.merge(loss.life(), loss.requests(), Math::addExact);
            add(
                    Kind.LOSS,
                    loss.life() + ":" + loss.lane(),
                    loss.requests(),
                    loss.tokens(),
                    "served without records (on_unavailable: admit)");
        }
        return requests;
    }

    private void admitted(LifeSummary life, LastTicks.Tick tick, LifeCounts.Count count, long losses) {
        long requests = tick.metric("requests");
        long refused = tick.metric("requests_refused");
        long admitted = tick.metric("requests_admitted");
        long unrecorded = tick.metric("requests_admitted_unrecorded");
        String node = "node " + life.node() + ": ";
        String subject = life.life().toString();
        if (refused + admitted > requests) {
            add(
                    Kind.SURPLUS,
                    subject,
                    refused + admitted - requests,
                    0,
                    node + refused + " refused and " + admitted + " admitted of " + requests + " requests");
        }
        if (unrecorded > losses) {
            add(
                    Kind.MISSING,
                    subject,
                    unrecorded - losses,
                    0,
                    node + unrecorded + " served without records by its last TICK, LOSS records tell of " + losses);
        }
        long inFlight = admitted - unrecorded - count.byTick.records;
        if (inFlight < 0) {
            add(
                    Kind.SURPLUS,
                    subject,
                    -inFlight,
                    0,
                    node + count.byTick.records + " final records before its last TICK, which tells of "
                            + (admitted - unrecorded) + " admitted and to be recorded");
        } else if (life.closed() && inFlight > count.afterTick.records) {
            add(
                    Kind.MISSING,
                    subject,
                    inFlight - count.afterTick.records,
                    0,
                    node + (admitted - unrecorded)
                            + " admitted and to be recorded by its last TICK; it has ended, and its journal holds "
                            + (count.byTick.records + count.afterTick.records) + " final records");
        } else {
            add(
                    Kind.BALANCE,
                    subject,
                    admitted,
                    count.tokens(),
                    node + admitted + " admitted by its last TICK = " + count.byTick.records
                            + " final records before it + "
                            + inFlight + " in flight + " + unrecorded + " unrecorded; " + count.afterTick.records
                            + " final records after it; "
                            + tick.metric("requests_malformed") + " malformed, " + refused + " refused");
        }
    }

    /** What the journals themselves say is doubled, contradictory, gone or not there. */
    private void records(ReadReport report) {
        if (report.duplicates() > 0) {
            add(Kind.DUPLICATE, "journals", report.duplicates(), 0, "records met again in copies; each counts once");
        }
        for (ReadReport.Conflict conflict : report.conflicts()) {
            add(
                    Kind.CONFLICT,
                    conflict.life() + ":" + conflict.lane() + ":" + conflict.sequence(),
                    1,
                    0,
                    "two records of this identity differ, in " + conflict.first() + " and " + conflict.second());
        }
        for (LifeSummary life : report.lives()) {
            for (ReadReport.LaneSummary lane : life.lanes()) {
                if (lane.voided() > 0) {
                    add(
                            Kind.VOID,
                            life.life() + ":" + lane.lane() + ":" + lane.voids(),
                            lane.voided(),
                            0,
                            "node " + life.node() + " has declared these records gone");
                }
            }
        }
        for (ReadReport.Gap gap : report.gaps()) {
            add(
                    Kind.MISSING,
                    gap.life() + ":" + gap.lane() + ":" + gap.from() + "-" + gap.to(),
                    gap.to() - gap.from() + 1,
                    0,
                    "records that should be there");
        }
    }

    private void add(Kind kind, String subject, long requests, long tokens, String what) {
        findings.add(new Finding(kind, subject, requests, tokens, what));
    }
}
