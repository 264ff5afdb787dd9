package openclaw.edge.billing.finalize;

import static openclaw.edge.billing.store.AcceptedMissing.ALL;
import static openclaw.edge.billing.store.AcceptedMissing.END;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import openclaw.edge.billing.aggregate.BillingCells;
import openclaw.edge.billing.invoice.CycleUsage;
import openclaw.edge.billing.invoice.InvoiceJson;
import openclaw.edge.billing.store.CycleHistory;
import openclaw.edge.ledger.read.ReadReport;
import openclaw.edge.ledger.read.ReadReport.LifeSummary;
import openclaw.edge.ledger.read.SequenceIntervals;
import openclaw.edge.ledger.record.Life;

/**
 * What a cycle needs before it may be final:
 *
 * <ol>
 *   <li>a journal of every node in the catalog's {@code edges}, and of every life that an OPEN, a TICK or an earlier
 *       finalization speaks of, unless it had ended before the cycle began or was settled by an earlier one;
 *   <li>no hole in any lane behind what earlier cycles have settled; what a VOID record declares gone is no hole; nothing that
 *       may be of the cycle deleted, unless an archive or a copy holds it;
 *   <li>of every life its CLOSE, or a TICK that says that all admitted before the cycle's end have their records.
 * </ol>
 *
 * Lives that began after the cycle's end are of no concern. Two records of one identity are a lack too: which of them is
 * billed would be chance. And so is usage of a tenant that the catalog does not have: nobody would be billed for it.
 */
final class Completeness {
    private final BillingCells cells;
    private final ReadReport report;
    private final CycleHistory history;
    private final Set<Lack> lacks = new LinkedHashSet<>();

    private Completeness(BillingCells cells, ReadReport report, CycleHistory history) {
        this.cells = cells;
        this.report = report;
        this.history = history;
    }

    /** All that is lacking: nodes first, then by life, lane and sequence. */
    static List<Lack> lacks(List<String> edges, CycleUsage usage, CycleHistory history) {
        List<Lack> lacks = lacks(edges, usage.cells(), usage.report(), history);
        usage.usage()
                .unknownTenants()
                .forEach((id, total) -> lacks.add(new Lack(
                        Lack.Kind.TENANT,
                        usage.names().text(id),
                        ALL,
                        ALL,
                        "the catalog has no such tenant; it used " + total.tokens() + " tokens in "
                                + (total.requests() + total.exemptRequests())
                                + " requests, which nobody would be billed for")));
        return lacks;
    }

    /** Without what the catalog lacks. */
    static List<Lack> lacks(List<String> edges, BillingCells cells, ReadReport report, CycleHistory history) {
        Completeness completeness = new Completeness(cells, report, history);
        completeness.edges(edges);
        completeness.journals();
        completeness.known();
        completeness.archived();
        completeness.gaps();
        completeness.deletions();
        completeness.unfinished();
        completeness.conflicts();
        return new ArrayList<>(completeness.lacks);
    }

    private void edges(List<String> edges) {
        Set<String> nodes = new HashSet<>();
        report.lives().forEach(life -> nodes.add(life.node()));
        for (String edge : new TreeSet<>(edges)) {
            if (!nodes.contains(edge)) {
                add(Lack.Kind.EDGE, edge, ALL, ALL, "no journal of node " + edge + ", which the catalog's edges name");
            }
        }
    }

    /** Lives of which only others speak: later lives of their directory, nodes that heard of them, earlier cycles. */
    private void journals() {
        Set<Life> spoken = new HashSet<>();
        Set<Life> endedBefore = endedBeforeTheCycle();
        for (LifeSummary life : report.lives()) {
            spoken.add(life.life());
            if (life.heardOnly() && !endedBefore.contains(life.life())) {
                unread(life);
            } else if (!life.heardOnly()
                    && !life.opened()
                    && !history.earlierLives().containsKey(life.life())
                    && !endedBefore.contains(life.life())) {
                add(
                        Lack.Kind.JOURNAL,
                        life.life().toString(),
                        ALL,
                        ALL,
                        "the beginning of its journal (OPEN) is not there, so nobody knows which life was before it");
            }
        }
        history.earlierLives().forEach((life, closed) -> {
            if (!closed && !spoken.contains(life)) {
                add(
                        Lack.Kind.JOURNAL,
                        life.toString(),
                        ALL,
                        END,
                        "its journal is not there, and it had not ended when it was last finalized");
            }
        });
    }

    private void unread(LifeSummary life) {
        boolean isEarlier = history.earlierLives().containsKey(life.life());
        boolean isNamed = false;
        for (ReadReport.LaneSummary lane : life.lanes()) {
            long settled = history.settledTo(life.life(), lane.lane());
            if (lane.expectedTo() > settled) {
                isNamed = true;
                add(
                        Lack.Kind.JOURNAL,
                        life.life().toString(),
                        Integer.toString(lane.lane()),
                        range(settled + 1, lane.expectedTo()),
                        "its journal is not there; other journals speak of it");
            }
        }
        if (!isNamed && !(isEarlier && history.earlierLives().get(life.life()))) {
            add(
                    Lack.Kind.JOURNAL,
                    life.life().toString(),
                    ALL,
                    isEarlier ? END : ALL,
                    "its journal is not there; other journals speak of it");
        }
    }

    /** Lives whose directory was another life's before the cycle began: they have admitted nothing in it. */
    private Set<Life> endedBeforeTheCycle() {
        Map<Life, Life> previous = new HashMap<>();
        Set<Life> ended = new HashSet<>();
        for (LifeSummary life : report.lives()) {
            if (life.opened() && !life.previous().isNone()) {
                previous.put(life.life(), life.previous());
                if (life.openedNs() <= cells.earliestNs()) {
                    ended.add(life.previous());
                }
            }
        }
        for (Life life : List.copyOf(ended)) {
            Life before = previous.get(life);
            while (before != null && ended.add(before)) {
                before = previous.get(before);
            }
        }
        return ended;
    }

    /** What was read before must be there again, or the same cycle would cost less for want of a journal. */
    private void known() {
        Map<Life, Map<Integer, Long>> now = new HashMap<>();
        for (LifeSummary life : report.lives()) {
            Map<Integer, Long> lanes = now.computeIfAbsent(life.life(), absent -> new HashMap<>());
            life.lanes().forEach(lane -> lanes.put(lane.lane(), lane.expectedTo()));
        }
        history.known()
                .forEach((life, lanes) -> lanes.forEach((lane, knownTo) -> {
                    long there = now.getOrDefault(life, Map.of()).getOrDefault(lane, 0L);
                    long from = Math.max(there, history.settledTo(life, lane)) + 1;
                    if (from <= knownTo) {
                        add(
                                Lack.Kind.GAP,
                                life.toString(),
                                Integer.toString(lane),
                                range(from, knownTo),
                                "sequences " + range(from, knownTo)
                                        + " were there when it was last finalized, and are not now");
                    }
                }));
    }

    /** Archives hold what they hold: only what was counted before tells what they lack of a life without its journal. */
    private void archived() {
        Map<Life, Map<Integer, SequenceIntervals>> archived = new HashMap<>();
        for (LifeSummary life : report.lives()) {
            if (life.archivedOnly()) {
                Map<Integer, SequenceIntervals> lanes =
                        archived.computeIfAbsent(life.life(), absent -> new HashMap<>());
                life.lanes().forEach(lane -> lanes.put(lane.lane(), CutOff.parse(lane.sequences())));
            }
        }
        history.invoices().values().stream()
                .flatMap(List::stream)
                .flatMap(document -> document.lines().stream())
                .flatMap(line -> line.journal().stream())
                .filter(range -> archived.containsKey(range.life()))
                .forEach(range -> {
                    long there = archived.get(range.life())
                            .getOrDefault(range.lane(), new SequenceIntervals())
                            .countWithin(range.from(), range.to());
                    if (there < range.count()) {
                        String sequences = range(range.from(), range.to());
                        add(
                                Lack.Kind.GAP,
                                range.life().toString(),
                                Integer.toString(range.lane()),
                                sequences,
                                (range.count() - there) + " of the sequences " + sequences
                                        + " were there when it was last finalized, and are not in the archives");
                    }
                });
    }

    private void gaps() {
        Map<Life, LifeSummary> lives = new HashMap<>();
        report.lives().forEach(life -> lives.put(life.life(), life));
        for (ReadReport.Gap gap : report.gaps()) {
            LifeSummary life = lives.get(gap.life());
            long from = Math.max(gap.from(), history.settledTo(gap.life(), gap.lane()) + 1);
            if (from <= gap.to() && !isAfterTheCycle(life)) {
                String range = range(from, gap.to());
                add(
                        Lack.Kind.GAP,
                        gap.life().toString(),
                        Integer.toString(gap.lane()),
                        range,
                        "node " + life.node() + ", lane " + gap.lane() + ": sequences " + range + " are not there");
            }
        }
    }

    /** What was deleted after it had been committed would be missed silently: it is no hole. */
    private void deletions() {
        for (ReadReport.Deletion deletion : report.deletions()) {
            if (cells.isNearCycle(deletion.firstAdmittedNs(), deletion.lastAdmittedNs())) {
                String range = range(deletion.from(), deletion.to());
                add(
                        Lack.Kind.GAP,
                        deletion.life().toString(),
                        Integer.toString(deletion.lane()),
                        range,
                        "lane " + deletion.lane() + ": " + deletion.missing() + " of the sequences " + range
                                + " were deleted after they had been committed; name the cycle's archives, and those of the"
                                + " cycles beside it, with --journal");
            }
        }
    }

    private void unfinished() {
        for (LifeSummary life : report.lives()) {
            boolean isSettled = history.earlierLives().getOrDefault(life.life(), false);
            if (!life.heardOnly()
                    && !isSettled
                    && !isAfterTheCycle(life)
                    && life.completeBeforeNs() < cells.latestNs()) {
                add(
                        Lack.Kind.UNFINISHED,
                        life.life().toString(),
                        ALL,
                        END,
                        "node " + life.node() + " has neither ended (CLOSE) nor said (TICK) that all admitted before "
                                + InvoiceJson.instant(cells.latestNs()) + " have their records"
                                + (life.completeBeforeNs() == Long.MIN_VALUE
                                        ? ""
                                        : "; it has said so up to " + InvoiceJson.instant(life.completeBeforeNs())));
            }
        }
    }

    private boolean isAfterTheCycle(LifeSummary life) {
        return life.opened() && life.openedNs() >= cells.latestNs();
    }

    private void conflicts() {
        for (ReadReport.Conflict conflict : report.conflicts()) {
            add(
                    Lack.Kind.CONFLICT,
                    conflict.life().toString(),
                    Integer.toString(conflict.lane()),
                    Long.toString(conflict.sequence()),
                    "two records of this identity differ, in " + conflict.first() + " and " + conflict.second());
        }
    }

    private void add(Lack.Kind kind, String subject, String lane, String sequences, String what) {
        lacks.add(new Lack(kind, subject, lane, sequences, what));
    }

    private static String range(long from, long to) {
        return from == to ? Long.toString(from) : from + "-" + to;
    }
}
