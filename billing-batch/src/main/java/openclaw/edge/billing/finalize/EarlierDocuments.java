package openclaw.edge.billing.finalize;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToLongFunction;
import openclaw.edge.billing.invoice.FinalInvoice;
import openclaw.edge.billing.invoice.FinalInvoice.LineTax;
import openclaw.edge.billing.store.IssuedInvoice;
import openclaw.edge.billing.store.IssuedLine;

/**
 * What was issued to a tenant for a cycle, as rows and as its JSON, which also says taxes and credits.
 *
 * @param issued in the order of their issue; the first is the invoice that corrections name
 * @param documents the same, as they were finalized
 */
record EarlierDocuments(List<IssuedInvoice> issued, List<FinalInvoice> documents) {
    EarlierDocuments {
        issued = List.copyOf(issued);
        documents = List.copyOf(documents);
    }

    /**
     * Of a tenant.
     *
     * @param byNumber documents of the whole cycle
     */
    static EarlierDocuments of(List<IssuedInvoice> issued, Map<String, FinalInvoice> byNumber) {
        List<FinalInvoice> documents = new ArrayList<>();
        for (IssuedInvoice one : issued) {
            FinalInvoice document = byNumber.get(one.number());
            if (document == null) {
                throw new IllegalStateException("the store has no JSON of " + one.number());
            }
            documents.add(document);
        }
        return new EarlierDocuments(issued, documents);
    }

    /** Number of the first. */
    String number() {
        return issued.get(0).number();
    }

    /** A sum over all. */
    long sum(ToLongFunction<IssuedInvoice> figure) {
        long sum = 0;
        for (IssuedInvoice one : issued) {
            sum = Math.addExact(sum, figure.applyAsLong(one));
        }
        return sum;
    }

    /** Whether every line says which taxes it bears. */
    boolean nameLineTaxes() {
        return documents.stream()
                .flatMap(document -> document.lines().stream())
                .noneMatch(line -> line.taxes().isEmpty());
    }

    /** Whether each document says which taxes its tax consists of; corrections of early builds do not. */
    boolean nameTaxes() {
        return documents.stream()
                .allMatch(document ->
                        document.tax().signum() == 0 || !document.taxes().isEmpty());
    }

    /** The taxes of a line. */
    List<LineTax> taxes(IssuedInvoice of, IssuedLine line) {
        return documents.get(issued.indexOf(of)).lines().get(line.line() - 1).taxes();
    }

    /** Ids of the credits that they know of. */
    Set<String> creditIds() {
        Set<String> ids = new HashSet<>();
        documents.forEach(document -> document.credits().forEach(credit -> ids.add(credit.id())));
        return ids;
    }
}
