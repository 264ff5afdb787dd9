package openclaw.edge.load.gatling;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a node takes at one moment (Linux, a JDK's jcmd), after a collection that this asks for. The node must run with {@link #FLAG}.
 *
 * @param heapMib live objects
 * @param directMib memory outside the heap that it asked for: clients' buffers and the like, by the JVM's own accounts
 * @param residentMib all memory that it has
 * @param connections of clients and to upstreams that both sides hold open
 * @param descriptors open files and sockets beside those: connections that only the node still holds are among them
 * @param mappings of files of its own directory
 * @param threads of it
 */
record NodeSample(
        double heapMib,
        double directMib,
        double residentMib,
        double connections,
        double descriptors,
        double mappings,
        double threads) {
    /** Has the JVM keep accounts of memory outside the heap. */
    static final String FLAG = "-XX:NativeMemoryTracking=summary";

    private static final double KIB_PER_MIB = 1024;
    private static final Pattern HEAP = Pattern.compile("(?:generation|heap)\\s+total \\d+K, used (\\d+)K");
    private static final Pattern DIRECT = Pattern.compile("Other \\(reserved=\\d+KB, committed=(\\d+)KB\\)");
    private static final Pattern RESIDENT = Pattern.compile("VmRSS:\\s+(\\d+) kB");
    private static final Pattern THREADS = Pattern.compile("Threads:\\s+(\\d+)");

    /**
     * Takes one.
     *
     * @param directory of the node's files
     * @param port that its clients connect to
     * @param upstreamPort that it connects to
     */
    static NodeSample of(final long pid, final Path directory, final int port, final int upstreamPort)
            throws IOException {
        final String jvm = jcmd(pid, directory);
        final Path process = Path.of("/proc", Long.toString(pid));
        final String status = Files.readString(process.resolve("status"));
        try (Stream<Path> descriptors = Files.list(process.resolve("fd"));
                Stream<String> maps = Files.lines(process.resolve("maps"), StandardCharsets.ISO_8859_1)) {
            final long connections = connections(port, upstreamPort);
            return new NodeSample(
                    sum(HEAP, jvm) / KIB_PER_MIB,
                    sum(DIRECT, jvm) / KIB_PER_MIB,
                    sum(RESIDENT, status) / KIB_PER_MIB,
                    connections,
                    descriptors.count() - connections,
                    maps.filter(line -> line.contains(" " + directory)).count(),
                    sum(THREADS, status));
        }
    }

    /** Those that are established, by the system's tables: local and remote address in hexadecimal digits, then the state. */
    private static long connections(final int port, final int upstreamPort) throws IOException {
        final Pattern ours = Pattern.compile(
                String.format("^\\s*\\d+: (\\w+:%04X \\w+:\\w+|\\w+:\\w+ \\w+:%04X) 01 ", port, upstreamPort));
        long count = 0;
        for (final String table : List.of("/proc/net/tcp", "/proc/net/tcp6")) {
            if (Files.isReadable(Path.of(table))) {
                count += Files.readAllLines(Path.of(table)).stream()
                        .filter(line -> ours.matcher(line).find())
                        .count();
            }
        }
        return count;
    }

    private static double sum(final Pattern figure, final String text) throws IOException {
        final Matcher found = figure.matcher(text);
        double sum = 0;
        boolean isFound = false;
        while (found.find()) {
            sum += Long.parseLong(found.group(1));
            isFound = true;
        }
        if (!isFound) {
            throw new IOException("no " + figure + " in:\n" + text);
        }
        return sum;
    }

    private static String jcmd(final long pid, final Path directory) throws IOException {
        final Path commands = Files.write(
                directory.resolve("sample.jcmd"), List.of("GC.run", "GC.heap_info", "VM.native_memory summary"));
        final Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                        Long.toString(pid),
                        "-f",
                        commands.toString())
                .redirectErrorStream(true)
                .start();
        final String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (!process.waitFor(1, TimeUnit.MINUTES) || process.exitValue() != 0) {
                throw new IOException("jcmd " + pid + " failed:\n" + output);
            }
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while jcmd ran", e);
        }
        return output;
    }
}
