package openclaw.edge.billing;

import static openclaw.edge.catalog.CanonicalJson.count;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import openclaw.edge.billing.finalize.InvoicedUsage;
import openclaw.edge.billing.reconcile.AcceptedDifferences;
import openclaw.edge.billing.reconcile.Finding;
import openclaw.edge.billing.reconcile.Reconciliation;
import openclaw.edge.catalog.CanonicalJson;
import openclaw.edge.catalog.CatalogReader;
import openclaw.edge.yaml.ConfigurationException;
import openclaw.edge.yaml.VisibleText;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code reconcile}: what was counted apart and should be the same. */
@Command(
        name = "reconcile",
        mixinStandardHelpOptions = true,
        versionProvider = BillingVersion.class,
        description = {
            "Compares what nodes say that they admitted, and that their buckets consumed and refunded (the totals in their"
                    + " TICKs), with the records in their journals, and with --cycle the records with what was invoiced.",
            "Names each difference: in_doubt, late, conflict, void, loss, missing, surplus. Copies count once (duplicate).",
            "Exit codes: 0 no difference that is not accepted, 3 differences, 1 failed, 2 usage."
        })
final class ReconcileCommand implements Callable<Integer> {
    private static final String ALL = "all";

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--journal",
            required = true,
            paramLabel = "DIR",
            description = "journals or archives of them; may be given more than once")
    private List<Path> journals;

    @Option(names = "--catalog", paramLabel = "FILE", description = "catalog file; with --cycle")
    private List<Path> catalogs = new ArrayList<>();

    @Option(
            names = "--cycle",
            paramLabel = "YYYY-MM",
            description = "a finalized cycle, to be compared with its invoices")
    private String cycle;

    @Mixin
    private StoreOptions store;

    @Option(
            names = "--accepted",
            paramLabel = "FILE",
            description =
                    "differences that were accepted, each with reason and date; they do not count again as they are")
    private Path acceptedFile;

    @Option(
            names = "--accept",
            paramLabel = "KIND:SUBJECT|all",
            description = "adds this difference to the file of --accepted, as reconcile names it; with --reason")
    private List<String> accept = new ArrayList<>();

    @Option(names = "--reason", paramLabel = "TEXT", description = "why; stands in the file")
    private String reason;

    @Option(names = "--json", description = "JSON, one object a line")
    private boolean isJson;

    @Override
    public Integer call() throws IOException {
        if (catalogs.isEmpty() != (cycle == null)) {
            throw new ParameterException(spec.commandLine(), "--catalog and --cycle go together");
        }
        boolean isReasoned = reason != null && !reason.isBlank();
        if (accept.isEmpty() == isReasoned || (!accept.isEmpty() && acceptedFile == null)) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--accept goes with --reason TEXT and --accepted FILE: what, why, and where it is kept");
        }
        AcceptedDifferences accepted = AcceptedDifferences.read(acceptedFile);
        List<Finding> findings = new ArrayList<>(Reconciliation.of(journals));
        if (cycle != null) {
            try {
                invoiced(findings);
            } catch (ConfigurationException e) {
                spec.commandLine().getErr().println(e.getMessage());
                return BillingMain.FAILED;
            }
        }
        accept(findings, accepted);
        return print(findings, accepted);
    }

    private void accept(List<Finding> findings, AcceptedDifferences accepted) throws IOException {
        List<Finding> chosen = new ArrayList<>();
        for (String address : accept) {
            List<Finding> named = findings.stream()
                    .filter(finding -> finding.kind().isDifference()
                            && (address.equals(ALL)
                                    || address.equals(finding.kind().text() + ":" + finding.subject())))
                    .toList();
            if (named.isEmpty()) {
                throw new IllegalArgumentException("--accept " + address + ": there is no such difference; expected "
                        + ALL + " or KIND:SUBJECT, as it is named without --accept");
            }
            chosen.addAll(named);
        }
        accepted.add(chosen, reason, Clock.systemUTC().instant());
    }

    private int print(List<Finding> findings, AcceptedDifferences accepted) {
        PrintWriter out = spec.commandLine().getOut();
        long differences = 0;
        long covered = 0;
        for (Finding finding : findings) {
            boolean isAccepted = accepted.covers(finding);
            if (finding.kind().isDifference()) {
                differences += isAccepted ? 0 : 1;
                covered += isAccepted ? 1 : 0;
            }
            out.println(isJson ? json(finding, isAccepted) : text(finding) + (isAccepted ? " (accepted)" : ""));
        }
        if (!isJson) {
            out.println((differences == 0 ? "no differences" : differences + " differences")
                    + (covered == 0 ? "" : ", " + covered + " accepted"));
        }
        return differences == 0 ? BillingMain.DONE : BillingMain.DIFFERENCES;
    }

    private void invoiced(List<Finding> findings) throws IOException {
        String id = CycleOptions.checked(spec, cycle);
        for (InvoicedUsage usage : InvoicedUsage.of(
                store.open(),
                CatalogReader.read(catalogs),
                journals,
                id,
                spec.commandLine().getErr())) {
            long requests = usage.requests() - usage.lateRequests() - usage.invoicedRequests();
            long tokens = usage.tokens() - usage.lateTokens() - usage.invoicedTokens();
            if (usage.lateRequests() != 0 || usage.lateTokens() != 0) {
                findings.add(new Finding(
                        Finding.Kind.LATE,
                        usage.tenantId(),
                        usage.lateRequests(),
                        usage.lateTokens(),
                        "arrived after cycle " + id + " was finalized; 'finalize' corrects it"));
            }
            if (requests != 0 || tokens != 0) {
                boolean isLess = requests < 0 || tokens < 0;
                findings.add(new Finding(
                        isLess ? Finding.Kind.MISSING : Finding.Kind.SURPLUS,
                        usage.tenantId(),
                        Math.abs(requests),
                        Math.abs(tokens),
                        "cycle " + id + ": " + usage.invoicedTokens() + " tokens of " + usage.invoicedRequests()
                                + " requests invoiced, " + (usage.tokens() - usage.lateTokens()) + " of "
                                + (usage.requests() - usage.lateRequests()) + " in the journals by then"));
            } else {
                findings.add(new Finding(
                        Finding.Kind.BALANCE,
                        usage.tenantId(),
                        usage.invoicedRequests(),
                        usage.invoicedTokens(),
                        "cycle " + id + ": invoiced as in the journals"));
            }
        }
    }

    private static String text(Finding finding) {
        return VisibleText.of(finding.kind().text() + "  " + finding.subject() + "  " + finding.requests()
                + " requests, " + finding.tokens() + " tokens: " + finding.what());
    }

    private static String json(Finding finding, boolean isAccepted) {
        Map<String, Object> object = new HashMap<>(Map.of(
                "kind", finding.kind().text(),
                "difference", finding.kind().isDifference(),
                "accepted", isAccepted,
                "subject", finding.subject(),
                "requests", count(finding.requests()),
                "tokens", count(finding.tokens()),
                "what", finding.what()));
        if (!finding.figures().isEmpty()) {
            Map<String, Object> figures = new HashMap<>();
            finding.figures().forEach((name, value) -> figures.put(name, count(value)));
            object.put("figures", figures);
        }
        return CanonicalJson.write(object);
    }
}
