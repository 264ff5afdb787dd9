package openclaw.edge.billing.store;

import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import openclaw.edge.billing.store.NewFinalization.AcceptedItem;
import openclaw.edge.billing.store.NewFinalization.Issued;
import openclaw.edge.billing.store.NewFinalization.Numberable;
import openclaw.edge.billing.store.NewFinalization.TenantRow;

/** The finalized cycles of a store: appended whole, never changed. */
public final class FinalizedCycles {
    private final Store store;

    /** Those of a store. */
    public FinalizedCycles(Store store) {
        this.store = store;
    }

    /** What the store knows of a cycle. */
    public CycleHistory history(String cycle) throws IOException {
        return store.isAbsent() ? CycleHistory.EMPTY : store.transaction(sql -> new HistoryRows(sql).read(cycle));
    }

    /** All documents of a finalization, by name. */
    public List<Document> documents(Finalization finalization) throws IOException {
        return store.transaction(sql -> sql.list(
                "SELECT name, content FROM documents WHERE finalization = ? ORDER BY name",
                row -> new Document(row.getString(1), row.getString(2)),
                finalization.id()));
    }

    /** Cycles with at least one finalization, in their order. */
    public List<String> cycles() throws IOException {
        if (store.isAbsent()) {
            return List.of();
        }
        return store.transaction(
                sql -> sql.list("SELECT DISTINCT cycle FROM finalizations ORDER BY cycle", row -> row.getString(1)));
    }

    /** The cycle of an invoice's number, or null. */
    public String cycleOf(String invoiceNumber) throws IOException {
        List<String> cycles = store.transaction(sql -> sql.list(
                "SELECT f.cycle FROM invoices i JOIN finalizations f ON f.finalization = i.finalization"
                        + " WHERE i.invoice_number = ?",
                row -> row.getString(1),
                invoiceNumber));
        return cycles.isEmpty() ? null : cycles.get(0);
    }

    /** A document's file, the JSON of it, or null. */
    public Document document(String invoiceNumber) throws IOException {
        List<Document> documents = store.transaction(sql -> sql.list(
                "SELECT d.name, d.content FROM documents d JOIN invoices i ON i.finalization = d.finalization"
                        + " JOIN finalizations f ON f.finalization = i.finalization"
                        + " WHERE i.invoice_number = ? AND d.name = CASE WHEN f.revision = 0 THEN ''"
                        + " ELSE 'correction-' || f.revision || '/' END || i.tenant_id || '.json'",
                row -> new Document(row.getString(1), row.getString(2)),
                invoiceNumber));
        return documents.isEmpty() ? null : documents.get(0);
    }

    /**
     * Appends a finalization: its numbers, rows and documents, all or nothing. Makes a store that is not there yet.
     *
     * @return false when another one came first: the cycle has a revision of this number already, or the id is not the next
     */
    public boolean append(NewFinalization added) throws IOException {
        if (store.isAbsent()) {
            store.make();
        }
        return store.transaction(sql -> {
            Finalization wanted = added.finalization();
            long next = sql.number(0, "SELECT count(*) FROM finalizations WHERE cycle = ?", wanted.cycle());
            if (next != wanted.revision()) {
                return false;
            }
            long id = sql.number(0, "SELECT coalesce(max(finalization), 0) FROM finalizations") + 1;
            if (wanted.id() != 0 && wanted.id() != id) {
                return false;
            }
            sql.insert(
                    "finalizations",
                    List.of(new Object[][] {
                                {
                                    id,
                                    wanted.cycle(),
                                    wanted.revision(),
                                    wanted.issueDate(),
                                    wanted.catalogSha256(),
                                    wanted.cutOffSha256(),
                                    wanted.ratingVersion()
                                }
                            })
                            .iterator());
            appendCutOff(sql, id, added.cutOff());
            appendAccepted(sql, id, added.accepted());
            appendTenants(sql, added.tenants());
            List<Issued> issued = number(sql, wanted, added.invoices());
            appendInvoices(sql, id, issued);
            List<Document> documents = new ArrayList<>();
            issued.forEach(one -> documents.addAll(one.documents()));
            documents.add(added.manifest().apply(issued));
            sql.insert("documents", rows(documents, document ->
                    new Object[] {id, document.name(), document.sha256(), document.content()}));
            List<OutboxEntry> entries = new ArrayList<>();
            issued.forEach(one -> entries.addAll(added.outbox().apply(one)));
            Outbox.append(sql, entries);
            sql.update("DELETE FROM consumption WHERE cycle = ?", wanted.cycle());
            sql.insert("consumption", consumption(wanted.cycle(), added.rows()));
            return true;
        });
    }

    private static List<Issued> number(Sql sql, Finalization wanted, List<Numberable> invoices) throws SQLException {
        int year = Integer.parseInt(wanted.issueDate().substring(0, 4));
        Map<String, Long> lastBySeries = new HashMap<>();
        List<Issued> issued = new ArrayList<>(invoices.size());
        for (Numberable invoice : invoices) {
            Long last = lastBySeries.get(invoice.series());
            if (last == null) {
                last = sql.number(
                        0,
                        "SELECT last_number FROM number_series WHERE series = ? AND year = ?",
                        invoice.series(),
                        year);
            }
            lastBySeries.put(invoice.series(), last + 1);
            issued.add(invoice.numbered(String.format(Locale.ROOT, "%s-%04d-%06d", invoice.series(), year, last + 1)));
        }
        for (Map.Entry<String, Long> series : lastBySeries.entrySet()) {
            sql.update("DELETE FROM number_series WHERE series = ? AND year = ?", series.getKey(), year);
            sql.update("INSERT INTO number_series VALUES (?, ?, ?)", series.getKey(), year, series.getValue());
        }
        return issued;
    }

    private static void appendInvoices(Sql sql, long id, List<Issued> issued) throws SQLException {
        sql.insert("invoices", rows(issued, one -> invoiceRow(id, one.invoice())));
        List<Object[]> lines = new ArrayList<>();
        List<Object[]> ranges = new ArrayList<>();
        for (Issued one : issued) {
            IssuedInvoice invoice = one.invoice();
            for (IssuedLine line : invoice.lines()) {
                lines.add(new Object[] {
                    invoice.number(),
                    line.line(),
                    line.key(),
                    line.description(),
                    line.quantity(),
                    line.unitPrice(),
                    line.amountMinor(),
                    line.correctsNumber(),
                    line.correctsNumber() == null ? null : line.correctsLine(),
                    line.fromNs(),
                    line.toNs()
                });
                line.journal()
                        .forEach(range -> ranges.add(new Object[] {
                            invoice.number(),
                            line.line(),
                            range.life().toString(),
                            range.lane(),
                            range.from(),
                            range.to(),
                            range.count(),
                            range.digest()
                        }));
            }
        }
        sql.insert("invoice_lines", lines.iterator());
        sql.insert("line_ranges", ranges.iterator());
    }

    private static Object[] invoiceRow(long id, IssuedInvoice invoice) {
        String[] parts = invoice.number().split("-", -1);
        return new Object[] {
            invoice.number(),
            id,
            parts[0],
            Long.parseLong(parts[1]),
            Long.parseLong(parts[2]),
            invoice.kind(),
            invoice.corrects(),
            invoice.tenantId(),
            invoice.currency(),
            invoice.minorDigits(),
            invoice.issueDate(),
            invoice.requests(),
            invoice.exemptRequests(),
            invoice.inDoubtRequests(),
            invoice.tokens(),
            invoice.totalMinor(),
            invoice.carriedMinor()
        };
    }

    private static void appendCutOff(Sql sql, long id, List<CutOffLife> cutOff) throws SQLException {
        sql.insert("cut_off_lives", rows(cutOff, life ->
                new Object[] {id, life.life().toString(), life.node(), life.closed() ? 1 : 0}));
        List<Object[]> lanes = new ArrayList<>();
        for (CutOffLife life : cutOff) {
            for (CutOffLife.CutOffLane lane : life.lanes()) {
                lanes.add(new Object[] {
                    id, life.life().toString(), lane.lane(), lane.sequences(), lane.knownTo(), lane.settledTo()
                });
            }
        }
        sql.insert("cut_off_lanes", lanes.iterator());
    }

    private static void appendAccepted(Sql sql, long id, List<AcceptedItem> accepted) throws SQLException {
        List<Object[]> rows = new ArrayList<>();
        for (AcceptedItem item : accepted) {
            AcceptedMissing missing = item.missing();
            rows.add(new Object[] {
                id,
                rows.size() + 1,
                item.kind(),
                missing.subject(),
                missing.lane(),
                missing.sequences(),
                missing.reason()
            });
        }
        sql.insert("accepted_missing", rows.iterator());
    }

    private static void appendTenants(Sql sql, List<TenantRow> tenants) throws SQLException {
        Map<String, String> known = new HashMap<>();
        sql.list("SELECT tenant_id FROM tenants", row -> known.put(row.getString(1), ""));
        sql.insert(
                "tenants",
                tenants.stream()
                        .filter(tenant -> !known.containsKey(tenant.tenantId()))
                        .map(tenant -> new Object[] {
                            tenant.tenantId(), tenant.currency(), tenant.minorDigits(), tenant.timeZone()
                        })
                        .iterator());
        for (TenantRow tenant : tenants) {
            if (known.containsKey(tenant.tenantId())) {
                sql.update(
                        "UPDATE tenants SET currency = ?, minor_digits = ?, time_zone = ? WHERE tenant_id = ?",
                        tenant.currency(),
                        tenant.minorDigits(),
                        tenant.timeZone(),
                        tenant.tenantId());
            }
        }
    }

    private static Iterator<Object[]> consumption(String cycle, Iterator<ConsumptionRow> rows) {
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return rows.hasNext();
            }

            @Override
            public Object[] next() {
                ConsumptionRow row = rows.next();
                return new Object[] {
                    cycle,
                    row.tenantId(),
                    row.hour(),
                    row.agent(),
                    row.model(),
                    row.requests(),
                    row.exemptRequests(),
                    row.tokens()
                };
            }
        };
    }

    private static <T> Iterator<Object[]> rows(List<T> items, Function<T, Object[]> row) {
        return items.stream().map(row).iterator();
    }
}
