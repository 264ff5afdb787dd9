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
    private String threads;

    int number(Console console) {
        int number = console.number("--threads", threads, MOST, "1 to " + MOST + ", or 0 for one for each core");
        return number == 0 ? Math.min(MOST, Runtime.getRuntime().availableProcessors()) : number;
    }
}
