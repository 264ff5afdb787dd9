package openclaw.edge.proxy;

import io.netty.util.internal.PlatformDependent;

/** The JVM's bound of memory outside the heap, which the launcher derives from {@code limits.buffers}. */
final class DirectMemory {
    /** What is taken besides clients' bytes: the pools' slack, the admin listener, the journal. */
    static final long BESIDE_BUFFERS_BYTES = 64L << 20;

    private DirectMemory() {}

    /**
     * Checks that what clients may take fits.
     *
     * @throws StartException when it does not: a node must not meet that bound under load
     */
    static void check(long buffersBytes) {
        long neededBytes = buffersBytes + BESIDE_BUFFERS_BYTES;
        long maxBytes = PlatformDependent.maxDirectMemory();
        if (maxBytes < neededBytes) {
            throw new StartException("limits.buffers=" + buffersBytes + "B needs " + neededBytes
                    + "B of direct memory > " + maxBytes
                    + "B that the JVM allows: lower it, or start with EDGE_JAVA_OPTS=\""
                    + "-XX:MaxDirectMemorySize=" + neededBytes + " -Dio.netty.maxDirectMemory=" + neededBytes + "\"");
        }
    }
}
