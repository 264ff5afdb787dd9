package openclaw.edge.billing;

import java.nio.file.Path;
import java.util.List;
import openclaw.edge.catalog.BillingTerms;
import openclaw.edge.catalog.Catalog;
import openclaw.edge.catalog.CatalogReader;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** Catalog, journals and cycle. */
final class CycleOptions {
    @Spec(Target.MIXEE)
    private CommandSpec spec;

    @Option(
            names = "--catalog",
            required = true,
            paramLabel = "FILE",
            description = "catalog file; may be given more than once")
    private List<Path> catalogs;

    @Option(
            names = "--journal",
            required = true,
            paramLabel = "DIR",
            description = "journal directory (<data>/journal of a node, or a copy); may be given more than once")
    private List<Path> journals;

    @Option(
            names = "--cycle",
            required = true,
            paramLabel = "YYYY-MM",
            description = "billing cycle, for example 2026-11")
    private String cycle;

    /** The cycle's id, well-formed. */
    String cycle() {
        return checked(spec, cycle);
    }

    /** A cycle's id, well-formed. */
    static String checked(CommandSpec spec, String cycle) {
        try {
            BillingTerms.DEFAULT.calendar().cycle(cycle);
            return cycle;
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "--cycle: " + e.getMessage(), e);
        }
    }

    List<Path> journals() {
        return journals;
    }

    /** The catalog; throws what names every problem of it. */
    Catalog catalog() {
        return CatalogReader.read(catalogs);
    }
}
