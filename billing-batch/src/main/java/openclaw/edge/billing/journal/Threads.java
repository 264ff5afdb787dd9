package openclaw.edge.billing.journal;

import picocli.CommandLine.Option;

/** How many threads work at the same time. */
final class Threads {
    private static final int MOST = 1024;

    @Option(
            names = "--threads",
            paramLabel = "N",
            defaultValue = "0",
            description = "threads that work; default: one for each core")
    private int threads;

    int number(Console console) {
        if (threads < 0 || threads > MOST) {
            throw console.usage("--threads " + threads + ": expected 1 to " + MOST + ", or 0 for one for each core");
        }
        return threads == 0 ? Math.min(MOST, Runtime.getRuntime().availableProcessors()) : threads;
    }
}
