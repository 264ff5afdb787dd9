package openclaw.edge.proxy;

import java.lang.management.ManagementFactory;
import java.lang.management.OperatingSystemMXBean;

/** How many files this process may have open. */
final class OpenFiles {
    private OpenFiles() {}

    /** The limit, or {@link Long#MAX_VALUE} where the system does not tell. */
    static long limit() {
        final OperatingSystemMXBean system = ManagementFactory.getOperatingSystemMXBean();
        return system instanceof com.sun.management.UnixOperatingSystemMXBean unix
                ? unix.getMaxFileDescriptorCount()
                : Long.MAX_VALUE;
    }
}
