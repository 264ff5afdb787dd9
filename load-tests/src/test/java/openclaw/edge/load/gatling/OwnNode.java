package openclaw.edge.load.gatling;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import openclaw.edge.load.harness.EdgeFiles;
import openclaw.edge.load.harness.EdgeProcess;
import openclaw.edge.load.harness.Invoices;
import openclaw.edge.load.harness.Leftovers;
import openclaw.edge.load.harness.Metrics;
import openclaw.edge.load.harness.ScriptedUpstream;

/** A node as operators run it, before an upstream of this process, in a directory that is removed when all is well. */
final class OwnNode implements Target {
    /** Of the launcher, for a node with the usual {@code limits.buffers}. */
    private static final List<String> FLAGS = List.of(
            "-Xms256m",
            "-Xmx256m",
            "-XX:+UseSerialGC",
            "-XX:MaxDirectMemorySize=201326592",
            "-Dio.netty.maxDirectMemory=201326592",
            "-Dio.netty.allocator.type=pooled",
            "-Dio.netty.leakDetection.level=disabled");

    private final Path directory;
    private final ScriptedUpstream upstream;
    private final EdgeFiles files;
    private final List<String> keys;
    private final List<String> flags = new ArrayList<>(FLAGS);
    private EdgeProcess node;
    private boolean isWell;

    private OwnNode(
            final Path directory, final List<String> keys, final String more, final UnaryOperator<String> catalog)
            throws IOException {
        this.directory = directory;
        this.keys = keys;
        this.upstream = ScriptedUpstream.start(LoadUpstream::answer);
        this.files = EdgeFiles.write(directory, upstream.port(), more);
        Files.writeString(files.catalog(), catalog.apply(Files.readString(files.catalog())));
        Runtime.getRuntime().addShutdownHook(new Thread(this::close, "end of the node"));
    }

    /** With the usual catalog: one tenant with wide limits, one with a bucket of 20. */
    static OwnNode make() throws IOException {
        return make(List.of(EdgeFiles.KEY), "", UnaryOperator.identity());
    }

    /**
     * With other files.
     *
     * @param keys that the catalog knows
     * @param more lines for {@code edge.yaml}
     * @param catalog makes the catalog of the usual one
     */
    static OwnNode make(final List<String> keys, final String more, final UnaryOperator<String> catalog)
            throws IOException {
        return new OwnNode(Files.createTempDirectory("edge-load-"), keys, more, catalog);
    }

    /** With more flags for its JVM; this. */
    OwnNode flags(final String... more) {
        flags.addAll(List.of(more));
        return this;
    }

    int upstreamPort() {
        return upstream.port();
    }

    EdgeFiles files() {
        return files;
    }

    /** The running node. */
    EdgeProcess node() {
        return node;
    }

    @Override
    public List<String> urls() {
        return List.of("http://127.0.0.1:" + files.port());
    }

    @Override
    public List<String> keys() {
        return keys;
    }

    @Override
    public void begin() {
        flags.addAll(Profile.flags());
        node = EdgeProcess.start(files, flags.toArray(new String[0]));
    }

    @Override
    public List<Row> settle(final ClientBooks clients) throws IOException {
        final List<Row> rows = new ArrayList<>();
        rows.add(Conservation.noFailures(clients));
        final Metrics metrics = Leftovers.assertNothingHeld(node);
        final NodeBooks books = NodeBooks.of(List.of(metrics));
        rows.addAll(Conservation.ofMetrics(clients, books));
        rows.add(Row.same("exit code of the drained node", node.terminate(), 0));
        final JournalBooks journal = JournalBooks.read(List.of(files.journal()));
        final Invoices invoiced =
                Invoices.of(files.catalog(), List.of(files.journal()), journal.cycles(), directory.resolve("invoices"));
        rows.addAll(Conservation.ofTotals(books, journal));
        rows.addAll(Conservation.ofJournal(clients, books.consumedNet(), journal, invoiced));
        isWell = rows.stream().allMatch(Row::holds);
        if (!isWell) {
            System.out.println(journal.report());
        }
        return rows;
    }

    /** Kills what still runs. The directory stays when the books did not agree, and is named. */
    @Override
    public synchronized void close() {
        if (node != null) {
            node.close();
        }
        try {
            upstream.close();
            if (isWell && Files.exists(directory)) {
                delete(directory);
            } else if (!isWell) {
                System.out.println("the node's files and journal are left in " + directory);
            }
        } catch (final IOException e) {
            System.err.println("cannot remove " + directory + ": " + e);
        }
    }

    static void delete(final Path directory) throws IOException {
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(final Path file, final BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(final Path each, final IOException failed) throws IOException {
                Files.delete(each);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
