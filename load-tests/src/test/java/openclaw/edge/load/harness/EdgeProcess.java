package openclaw.edge.load.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/** A node as operators run it: {@code run -c edge.yaml} in a process of its own. Can be killed and started again. */
public final class EdgeProcess implements AutoCloseable {
    private static final String MAIN = "openclaw.edge.proxy.EdgeMain";
    private static final int START_SECONDS = 60;

    private final EdgeFiles files;
    private final List<String> flags;
    private JavaProcess process;

    private EdgeProcess(final EdgeFiles files, final List<String> flags) {
        this.files = files;
        this.flags = flags;
    }

    /** Starts a node and waits until it says that it is ready. */
    public static EdgeProcess start(final EdgeFiles files, final String... flags) {
        final EdgeProcess node = new EdgeProcess(files, List.of(flags));
        node.startAgain();
        return node;
    }

    /** Starts it on the same files and directory after a kill. */
    public void startAgain() {
        final Path log = files.directory().resolve("edge.log");
        process = JavaProcess.start(
                log, flags, MAIN, "run", "-c", files.edgeYaml().toString());
        final long endNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
        while (!isReady()) {
            if (!process.isAlive() || System.nanoTime() - endNs > 0) {
                final String output = process.output();
                process.close();
                throw new IllegalStateException("the node did not become ready:\n" + output);
            }
            Pause.ms(20);
        }
    }

    public int port() {
        return files.port();
    }

    public EdgeFiles files() {
        return files;
    }

    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** What it has logged, all lives. */
    public String log() {
        return process.output();
    }

    public void kill() {
        process.kill();
    }

    /** Sends TERM, HUP, ... and returns at once. */
    public void signal(final String name) {
        process.signal(name);
    }

    /** Changes one of its files, and returns when that is in force. */
    public void reload(final Path file, final UnaryOperator<String> change) {
        final long before = inForce(file);
        rewrite(file, change);
        signal("HUP");
        Await.until(file + " is in force", () -> inForce(file) > before);
    }

    /** Changes one of its files at once, as operators do, and says nothing. */
    public static void rewrite(final Path file, final UnaryOperator<String> change) {
        try {
            final String before = Files.readString(file);
            final String after = change.apply(before);
            if (after.equals(before)) {
                throw new IllegalArgumentException("nothing to change in " + file + ":\n" + before);
            }
            final Path whole = Files.writeString(file.resolveSibling(file.getFileName() + ".new"), after);
            Files.move(whole, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private long inForce(final Path file) {
        return log().lines()
                .filter(line -> line.contains("reload: in force now") && line.contains("" + file.getFileName()))
                .count();
    }

    /** Waits for its end; its exit code. */
    public int exitCode() {
        return process.exitCode(60);
    }

    /** SIGTERM: drains, then ends; its exit code. */
    public int terminate() {
        return process.terminate(60);
    }

    /** A scrape of {@code /metrics}. */
    public Metrics metrics() {
        return Metrics.parse(admin("/metrics"));
    }

    /** The body of a GET on the admin listener that must be a 200. */
    public String admin(final String path) {
        try (RawClient client = RawClient.connect(files.adminPort())) {
            client.send("GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1:" + files.adminPort()
                    + "\r\nConnection: close\r\n\r\n");
            final RawResponse response = client.read();
            if (response.status() != 200) {
                throw new IllegalStateException("GET " + path + " on the admin listener: " + response);
            }
            return response.body();
        } catch (final IOException e) {
            throw new IllegalStateException("GET " + path + " on the admin listener failed", e);
        }
    }

    /** Whether it says that it takes requests; false also when it says nothing. */
    public boolean isReady() {
        try (RawClient client = RawClient.connect(files.adminPort())) {
            client.send("GET /health/ready HTTP/1.1\r\nHost: 127.0.0.1:" + files.adminPort()
                    + "\r\nConnection: close\r\n\r\n");
            return client.read().status() == 200;
        } catch (final IOException notYet) {
            return false;
        }
    }

    @Override
    public void close() {
        process.close();
    }
}
