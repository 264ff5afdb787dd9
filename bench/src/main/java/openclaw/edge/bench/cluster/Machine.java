package openclaw.edge.bench.cluster;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Locale;
import java.util.stream.Stream;

/** What programs that measure need of the machine. */
public final class Machine {

    private static final OperatingSystemMXBean SYSTEM =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    private Machine() {}

    /**
     * Deletes a directory with what it holds.
     *
     * @param directory that is there
     * @throws IOException when it cannot be listed
     */
    public static void delete(final Path directory) throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            all.sorted(Comparator.reverseOrder()).forEach(Machine::deleteOne);
        }
    }

    private static void deleteOne(final Path path) {
        try {
            Files.delete(path);
        } catch (final IOException e) {
            throw new UncheckedIOException(path + ": cannot be deleted", e);
        }
    }

    /** Processes that ran in the last minute, on average: how busy the machine was beside this. */
    static String loadAverage() {
        return String.format(Locale.ROOT, "%.1f", SYSTEM.getSystemLoadAverage());
    }

    /** CPU time of this process so far. */
    static long cpuNs() {
        return SYSTEM.getProcessCpuTime();
    }

    /** Heap in use after a collection. */
    static long heapBytes() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
}
