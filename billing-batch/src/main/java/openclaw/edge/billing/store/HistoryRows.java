package openclaw.edge.billing.store;

import java.math.BigDecimal;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import openclaw.edge.billing.aggregate.JournalRange;
import openclaw.edge.billing.store.CutOffLife.CutOffLane;
import openclaw.edge.ledger.record.Life;

/** Reads what a store knows of a cycle. */
final class HistoryRows {
    private final Sql sql;

    HistoryRows(Sql sql) {
        this.sql = sql;
    }

    private record LaneRow(String life, int lane, String sequences, long knownTo, long settledTo) {}

    private record RangeRow(String number, int line, JournalRange range) {}

    private record LineRow(String number, IssuedLine line) {}

    CycleHistory read(String cycle) throws SQLException {
        List<Finalization> revisions = sql.list(
                "SELECT finalization, cycle, revision, issue_date, catalog_sha256, cut_off_sha256, rating_version"
                        + " FROM finalizations WHERE cycle = ? ORDER BY revision",
                row -> new Finalization(
                        row.getLong(1),
                        row.getString(2),
                        row.getInt(3),
                        row.getString(4),
                        row.getString(5),
                        row.getString(6),
                        row.getInt(7)),
                cycle);
        List<List<CutOffLife>> cutOffs = new ArrayList<>();
        for (Finalization revision : revisions) {
            cutOffs.add(cutOff(revision.id()));
        }
        List<AcceptedMissing> accepted = sql.list(
                "SELECT subject, lane, sequences, reason FROM accepted_missing a"
                        + " JOIN finalizations f ON f.finalization = a.finalization"
                        + " WHERE f.cycle <= ? ORDER BY a.finalization, a.item",
                row -> new AcceptedMissing(row.getString(1), row.getString(2), row.getString(3), row.getString(4)),
                cycle);
        Map<Life, Map<Integer, Long>> settled = new HashMap<>();
        sql.list(
                "SELECT c.life, c.lane, max(c.settled_to) FROM cut_off_lanes c"
                        + " JOIN finalizations f ON f.finalization = c.finalization"
                        + " WHERE f.cycle < ? GROUP BY c.life, c.lane",
                row -> settled.computeIfAbsent(Life.parse(row.getString(1)), absent -> new TreeMap<>())
                        .put(row.getInt(2), row.getLong(3)),
                cycle);
        Map<Life, Map<Integer, Long>> known = new TreeMap<>();
        sql.list(
                "SELECT c.life, c.lane, max(c.known_to) FROM cut_off_lanes c"
                        + " JOIN finalizations f ON f.finalization = c.finalization"
                        + " WHERE f.cycle <= ? GROUP BY c.life, c.lane",
                row -> known.computeIfAbsent(Life.parse(row.getString(1)), absent -> new TreeMap<>())
                        .put(row.getInt(2), row.getLong(3)),
                cycle);
        Map<Life, Boolean> lives = new TreeMap<>();
        sql.list(
                "SELECT c.life, max(c.closed) FROM cut_off_lives c"
                        + " JOIN finalizations f ON f.finalization = c.finalization"
                        + " WHERE f.cycle <= ? GROUP BY c.life",
                row -> lives.put(Life.parse(row.getString(1)), row.getLong(2) != 0),
                cycle);
        return new CycleHistory(
                revisions,
                cutOffs,
                accepted,
                invoices(cycle),
                settled,
                known,
                lives,
                broughtForward(cycle),
                creditLeft(revisions),
                sql.number(0, "SELECT coalesce(max(finalization), 0) FROM finalizations"));
    }

    private List<CutOffLife> cutOff(long finalization) throws SQLException {
        Map<String, List<CutOffLane>> lanes = new HashMap<>();
        List<LaneRow> rows = sql.list(
                "SELECT life, lane, sequences, known_to, settled_to FROM cut_off_lanes WHERE finalization = ?"
                        + " ORDER BY life, lane",
                row -> new LaneRow(row.getString(1), row.getInt(2), row.getString(3), row.getLong(4), row.getLong(5)),
                finalization);
        for (LaneRow row : rows) {
            lanes.computeIfAbsent(row.life(), absent -> new ArrayList<>())
                    .add(new CutOffLane(row.lane(), row.sequences(), row.knownTo(), row.settledTo()));
        }
        return sql.list(
                "SELECT life, node, closed FROM cut_off_lives WHERE finalization = ? ORDER BY life",
                row -> new CutOffLife(
                        Life.parse(row.getString(1)),
                        row.getString(2),
                        row.getLong(3) != 0,
                        lanes.getOrDefault(row.getString(1), List.of())),
                finalization);
    }

    private record CarriedRow(
            String tenant, String cycle, long finalization, boolean isCorrection, BigDecimal carried) {}

    /**
     * What the last invoice of each tenant before the cycle left, and what corrections since then carried on: those that the
     * cycle's own first invoice of the tenant could know.
     */
    private Map<String, BigDecimal> broughtForward(String cycle) throws SQLException {
        Map<String, Long> ownFirst = new HashMap<>();
        sql.list(
                "SELECT i.tenant_id, min(i.finalization) FROM invoices i"
                        + " JOIN finalizations f ON f.finalization = i.finalization"
                        + " WHERE f.cycle = ? GROUP BY i.tenant_id",
                row -> ownFirst.put(row.getString(1), row.getLong(2)),
                cycle);
        Balances balances = new Balances();
        for (CarriedRow row : carried()) {
            if (row.cycle().compareTo(cycle) < 0
                    && row.finalization() < ownFirst.getOrDefault(row.tenant(), Long.MAX_VALUE)) {
                balances.add(row);
            }
        }
        return balances.credits;
    }

    /** What all documents before each revision, and all that there are, have left, whatever cycle they are of. */
    private List<Map<String, BigDecimal>> creditLeft(List<Finalization> revisions) throws SQLException {
        List<CarriedRow> rows = carried();
        List<Map<String, BigDecimal>> left = new ArrayList<>();
        Balances balances = new Balances();
        int next = 0;
        for (Finalization revision : revisions) {
            while (next < rows.size() && rows.get(next).finalization() < revision.id()) {
                balances.add(rows.get(next++));
            }
            left.add(
                    revision.ratingVersion() < CycleHistory.CORRECTIONS_USE_CREDIT
                            ? Map.of()
                            : Map.copyOf(balances.credits));
        }
        rows.subList(next, rows.size()).forEach(balances::add);
        left.add(balances.credits);
        return left;
    }

    /** What every document has carried on, in the order of finalizations. */
    private List<CarriedRow> carried() throws SQLException {
        return sql.list(
                "SELECT i.tenant_id, f.cycle, i.finalization, i.corrects, i.carried_minor, i.minor_digits FROM invoices i"
                        + " JOIN finalizations f ON f.finalization = i.finalization ORDER BY i.finalization",
                row -> new CarriedRow(
                        row.getString(1),
                        row.getString(2),
                        row.getLong(3),
                        row.getString(4) != null,
                        BigDecimal.valueOf(row.getLong(5), row.getInt(6))));
    }

    /** The credit of each tenant, document by document. */
    private static final class Balances {
        private final Map<String, BigDecimal> credits = new HashMap<>();
        private final Map<String, String> last = new HashMap<>();

        void add(CarriedRow row) {
            String lastCycle = last.getOrDefault(row.tenant(), "");
            if (!row.isCorrection() && row.cycle().compareTo(lastCycle) > 0) {
                // It has taken with it what was carried before.
                credits.put(row.tenant(), row.carried());
                last.put(row.tenant(), row.cycle());
            } else {
                credits.merge(row.tenant(), row.carried(), BigDecimal::add);
            }
        }
    }

    private Map<String, List<IssuedInvoice>> invoices(String cycle) throws SQLException {
        Map<String, List<IssuedLine>> lines = lines(cycle);
        List<IssuedInvoice> invoices = sql.list(
                "SELECT invoice_number, revision, kind, corrects, tenant_id, currency, minor_digits, i.issue_date, requests,"
                        + " exempt_requests, in_doubt_requests, tokens, total_minor, carried_minor FROM invoices i"
                        + " JOIN finalizations f ON f.finalization = i.finalization"
                        + " WHERE f.cycle = ? ORDER BY f.revision, tenant_id",
                row -> new IssuedInvoice(
                        row.getString(1),
                        row.getInt(2),
                        row.getString(3),
                        row.getString(4),
                        row.getString(5),
                        row.getString(6),
                        row.getInt(7),
                        row.getString(8),
                        row.getLong(9),
                        row.getLong(10),
                        row.getLong(11),
                        row.getLong(12),
                        row.getLong(13),
                        row.getLong(14),
                        lines.getOrDefault(row.getString(1), List.of())),
                cycle);
        Map<String, List<IssuedInvoice>> byTenant = new LinkedHashMap<>();
        for (IssuedInvoice invoice : invoices) {
            byTenant.computeIfAbsent(invoice.tenantId(), absent -> new ArrayList<>())
                    .add(invoice);
        }
        return byTenant;
    }

    private Map<String, List<IssuedLine>> lines(String cycle) throws SQLException {
        Map<String, List<JournalRange>> ranges = new HashMap<>();
        List<RangeRow> rangeRows = sql.list(
                "SELECT r.invoice_number, line, life, lane, from_sequence, to_sequence, entries, digest"
                        + " FROM line_ranges r JOIN invoices i ON i.invoice_number = r.invoice_number"
                        + " JOIN finalizations f ON f.finalization = i.finalization"
                        + " WHERE f.cycle = ? ORDER BY r.invoice_number, line, life, lane",
                row -> new RangeRow(
                        row.getString(1),
                        row.getInt(2),
                        new JournalRange(
                                Life.parse(row.getString(3)),
                                row.getInt(4),
                                row.getLong(5),
                                row.getLong(6),
                                row.getLong(7),
                                Long.parseUnsignedLong(row.getString(8).substring(0, 16), 16),
                                Long.parseUnsignedLong(row.getString(8).substring(16), 16))),
                cycle);
        for (RangeRow row : rangeRows) {
            ranges.computeIfAbsent(row.number() + "/" + row.line(), absent -> new ArrayList<>())
                    .add(row.range());
        }
        List<LineRow> rows = sql.list(
                "SELECT l.invoice_number, line, line_key, description, quantity, unit_price, amount_minor,"
                        + " corrects_number, corrects_line, from_ns, to_ns"
                        + " FROM invoice_lines l JOIN invoices i ON i.invoice_number = l.invoice_number"
                        + " JOIN finalizations f ON f.finalization = i.finalization"
                        + " WHERE f.cycle = ? ORDER BY l.invoice_number, line",
                row -> new LineRow(
                        row.getString(1),
                        new IssuedLine(
                                row.getInt(2),
                                row.getString(3),
                                row.getString(4),
                                row.getString(5),
                                row.getString(6),
                                row.getLong(7),
                                row.getString(8),
                                row.getInt(9),
                                row.getLong(10),
                                row.getLong(11),
                                ranges.getOrDefault(row.getString(1) + "/" + row.getInt(2), List.of()))),
                cycle);
        Map<String, List<IssuedLine>> lines = new HashMap<>();
        for (LineRow row : rows) {
            lines.computeIfAbsent(row.number(), absent -> new ArrayList<>()).add(row.line());
        }
        return lines;
    }
}
