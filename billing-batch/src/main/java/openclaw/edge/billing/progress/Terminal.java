package openclaw.edge.billing.progress;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Whether people look at a stream, or a program or file takes it. */
public final class Terminal {
    /** Digits of the descriptors that are terminals. */
    private static final String PROPERTY = "edge.terminal";

    private static final int OUTPUT = 1;
    private static final int ERROR = 2;

    private Terminal() {}

    /** Whether standard output is a terminal. */
    public static boolean isOutput() {
        return isTerminal(OUTPUT);
    }

    /** Whether standard error is a terminal. */
    public static boolean isError() {
        return isTerminal(ERROR);
    }

    /** The launcher has asked the shell; without it, Linux says what stands behind a stream. */
    private static boolean isTerminal(int descriptor) {
        String known = System.getProperty(PROPERTY);
        if (known != null) {
            return known.indexOf((char) ('0' + descriptor)) >= 0;
        }
        try {
            String target = Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor))
                    .toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty") || target.equals("/dev/console");
        } catch (IOException | UnsupportedOperationException e) {
            // No Linux, and nobody to ask: JSON can be read by everyone.
            return false;
        }
    }
}
