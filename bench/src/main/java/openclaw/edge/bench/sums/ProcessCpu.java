package openclaw.edge.bench.sums;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** CPU time of processes. */
final class ProcessCpu {
    /** Of Linux, for all programs, whatever the kernel's own tick is. */
    private static final long NS_PER_TICK = 10_000_000;

    /** In /proc/PID/stat, counted from what follows the name in parentheses: utime, stime, cutime, cstime. */
    private static final int FIRST_TIME = 11;

    private ProcessCpu() {}

    /** Of this JVM with all its threads, native ones too, in nanoseconds. */
    static long ownNs() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
    }

    /**
     * Of a process and all below it, those that have ended too, in nanoseconds; from 10 ms to 10 ms.
     *
     * @param pid of the one at the top
     * @throws IOException when there is no /proc, or it has ended
     */
    static long treeNs(final long pid) throws IOException {
        long ticks = ticks(pid);
        final ProcessHandle top =
                ProcessHandle.of(pid).orElseThrow(() -> new IOException("process " + pid + " has ended"));
        for (final ProcessHandle child : top.descendants().toList()) {
            try {
                ticks += ticks(child.pid());
            } catch (final NoSuchFileException e) {
                // Ended meanwhile: its time is in its parent's from now on.
            }
        }
        return ticks * NS_PER_TICK;
    }

    private static long ticks(final long pid) throws IOException {
        final String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
        final String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        long sum = 0;
        for (int i = FIRST_TIME; i < FIRST_TIME + 4; i++) {
            sum += Long.parseLong(fields[i]);
        }
        return sum;
    }
}
