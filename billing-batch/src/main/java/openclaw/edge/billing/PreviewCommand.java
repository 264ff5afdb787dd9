package openclaw.edge.billing;

import java.io.IOException;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import openclaw.edge.billing.invoice.CycleUsage;
import openclaw.edge.billing.invoice.Invoice;
import openclaw.edge.billing.invoice.InvoiceJson;
import openclaw.edge.billing.invoice.InvoiceMaker;
import openclaw.edge.billing.invoice.Missing;
import openclaw.edge.catalog.CanonicalJson;
import openclaw.edge.catalog.Catalog;
import openclaw.edge.rating.TaxLine;
import openclaw.edge.rating.Totals;
import openclaw.edge.yaml.ConfigurationException;
import openclaw.edge.yaml.VisibleText;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code preview}: drafts on standard output. */
@Command(
        name = "preview",
        mixinStandardHelpOptions = true,
        versionProvider = BillingVersion.class,
        description = "Prints the invoices of a cycle as they would be now, and writes nothing.")
final class PreviewCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private CycleOptions cycle;

    @Mixin
    private CheckpointOptions checkpoints;

    @Option(names = "--tenant", paramLabel = "ID", description = "this tenant alone; may be given more than once")
    private List<String> tenants = new ArrayList<>();

    @Option(names = "--json", description = "JSON, an invoice a line")
    private boolean isJson;

    @Override
    public Integer call() throws IOException {
        String id = cycle.cycle();
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        Catalog catalog;
        try {
            catalog = cycle.catalog();
        } catch (ConfigurationException e) {
            err.println(e.getMessage());
            return BillingMain.FAILED;
        }
        for (String tenant : tenants) {
            if (catalog.tenant(tenant) == null) {
                throw new ParameterException(spec.commandLine(), "--tenant: the catalog has no '" + tenant + "'");
            }
        }
        List<Path> journals = cycle.journals();
        CycleUsage usage = CycleUsage.read(catalog, journals, id, checkpoints.folder(), err);
        InvoiceMaker maker = new InvoiceMaker(usage.cells(), usage.usage().lanes());
        for (int tenant = 0; tenant < usage.cells().tenants().size(); tenant++) {
            if (tenants.isEmpty()
                    || tenants.contains(usage.cells().tenants().get(tenant).id())) {
                print(maker.make(tenant, BigDecimal.ZERO), out);
            }
        }
        out.flush();
        Missing missing = new Missing(catalog, usage.cells(), usage.usage(), usage.report(), usage.names());
        if (!missing.isEmpty()) {
            err.println("not complete: " + missing.summary() + "; 'invoice' writes a manifest that names it");
        }
        return BillingMain.DONE;
    }

    private void print(Invoice invoice, PrintWriter out) {
        Map<String, Object> fields = InvoiceJson.fields(invoice);
        if (isJson) {
            out.println(CanonicalJson.write(fields));
            return;
        }
        out.println(VisibleText.of(invoice.tenant().id() + ", cycle "
                + invoice.cycle().id() + ": " + fields.get("total") + " "
                + invoice.currency() + " for " + invoice.usage().requests() + " requests, "
                + invoice.usage().tokens() + " tokens"));
        for (Object line : (List<?>) fields.get("lines")) {
            Map<?, ?> texts = (Map<?, ?>) line;
            out.println(VisibleText.of("  " + texts.get("description") + ": " + texts.get("quantity") + " x "
                    + texts.get("unit_price") + " = " + texts.get("amount")));
        }
        out.println(VisibleText.of("  " + totals(invoice.totals())));
    }

    /** From the sum of the lines to what has to be paid; what is zero is left out. */
    private static String totals(Totals totals) {
        StringBuilder text = new StringBuilder("net " + totals.net().toPlainString());
        for (TaxLine tax : totals.taxes()) {
            text.append(" + ")
                    .append(tax.rate().name())
                    .append(' ')
                    .append(tax.amount().toPlainString());
        }
        text.append(" = total ").append(totals.total().toPlainString());
        BigDecimal paid = totals.total().max(BigDecimal.ZERO).subtract(totals.amountDue());
        if (paid.signum() > 0) {
            text.append(", paid by credit ").append(paid.toPlainString());
        }
        text.append(", due ").append(totals.amountDue().toPlainString());
        if (totals.carriedForward().signum() > 0) {
            text.append(", credit left ").append(totals.carriedForward().toPlainString());
        }
        return text.toString();
    }
}
