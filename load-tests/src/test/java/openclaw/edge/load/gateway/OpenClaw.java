package openclaw.edge.load.gateway;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import openclaw.edge.load.harness.FreePorts;
import openclaw.edge.load.harness.Pause;
import org.junit.jupiter.api.Assumptions;

/**
 * A real gateway in a process of its own, with a home of its own and no way out of this machine.
 *
 * <p>Its npm packages stay under {@code target/openclaw}, or where the system property {@code openclaw.folder} says; they are
 * installed when they are not there (about 800 MB).
 */
final class OpenClaw implements AutoCloseable {
    private static final String NODE_PACKAGE = "node@24";
    private static final String PACKAGE = "openclaw@2026.9.6";
    private static final int INSTALL_SECONDS = 600;
    private static final int START_SECONDS = 120;

    private final Process process;
    private final int port;
    private final Path log;

    private OpenClaw(final Process process, final int port, final Path log) {
        this.process = process;
        this.port = port;
        this.log = log;
    }

    /** The folder with the gateway's packages; the test is skipped, out loud, where they cannot be had. */
    static Path packages() throws IOException {
        final Path folder = Path.of(System.getProperty("openclaw.folder", "target/openclaw"))
                .toAbsolutePath();
        if (Files.exists(main(folder)) && Files.exists(node(folder))) {
            return folder;
        }
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("package.json"), "{\"private\": true}\n");
        // Two steps: the second package's install scripts need the Node that the first one brings.
        for (final String wanted : List.of(NODE_PACKAGE, PACKAGE)) {
            if (!npm(folder, wanted)) {
                final String why = "SKIPPED: no OpenClaw gateway: 'npm install " + wanted + "' failed in " + folder
                        + "; it needs npm and the package registry";
                System.out.println(why);
                Assumptions.abort(why);
            }
        }
        return folder;
    }

    private static boolean npm(final Path folder, final String wanted) {
        try {
            final ProcessBuilder builder =
                    new ProcessBuilder("npm", "install", "--no-audit", "--no-fund", wanted).directory(folder.toFile());
            path(builder.environment(), folder);
            builder.redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(
                            folder.resolve("npm.log").toFile()));
            final Process npm = builder.start();
            if (npm.waitFor(INSTALL_SECONDS, TimeUnit.SECONDS)) {
                return npm.exitValue() == 0;
            }
            npm.destroyForcibly();
            return false;
        } catch (final IOException none) {
            return false;
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /**
     * Starts a gateway and waits until it is live.
     *
     * @param home that it may write to
     * @param gateway the file with its {@code gateway} settings, as deploy/openclaw has it
     * @param modelPort of the model server
     */
    static OpenClaw start(
            final Path packages,
            final Path home,
            final Path gateway,
            final int modelPort,
            final Map<String, String> environment)
            throws IOException {
        final int port = FreePorts.next();
        final Path settings = Files.createDirectories(home.resolve(".openclaw")).resolve("openclaw.json");
        Files.writeString(settings, settings(Files.readString(gateway), port, modelPort));
        final ProcessBuilder builder = new ProcessBuilder(
                node(packages).toString(), main(packages).toString(), "gateway", "--port", Integer.toString(port));
        builder.environment().put("HOME", home.toString());
        builder.environment().putAll(environment);
        path(builder.environment(), packages);
        final Path log = home.resolve("gateway.log");
        builder.redirectErrorStream(true).redirectOutput(log.toFile());
        final OpenClaw started = new OpenClaw(builder.start(), port, log);
        started.awaitLive();
        return started;
    }

    /** The deployed settings with this run's port, two agents and the model server. */
    private static String settings(final String gateway, final int port, final int modelPort) {
        final int end = gateway.lastIndexOf('}');
        return gateway.substring(0, end).replace("18789", Integer.toString(port))
                + """
                , "agents": {
                  "defaults": { "model": { "primary": "local/%1$s" } },
                  "entries": { "main": {}, "rater": {} }
                },
                "models": { "mode": "merge", "providers": { "local": {
                  "baseUrl": "http://127.0.0.1:%2$d/v1", "apiKey": "none", "api": "openai-completions",
                  "models": [ { "id": "%1$s", "name": "Echo", "reasoning": false, "input": ["text"],
                    "cost": { "input": 0, "output": 0, "cacheRead": 0, "cacheWrite": 0 },
                    "contextWindow": 65536, "maxTokens": 1024 } ]
                } } }
                }
                """.formatted(ModelServer.MODEL, modelPort);
    }

    private void awaitLive() throws IOException {
        final HttpRequest health = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/health"))
                .timeout(Duration.ofSeconds(5))
                .build();
        final HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        final long endNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
        while (true) {
            try {
                if (client.send(health, HttpResponse.BodyHandlers.discarding()).statusCode() == 200) {
                    return;
                }
            } catch (final IOException notYet) {
                // It takes some seconds to listen.
            } catch (final InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted while the gateway started", e);
            }
            if (!process.isAlive() || System.nanoTime() - endNs > 0) {
                close();
                throw new IOException("the gateway did not become live:\n" + Files.readString(log));
            }
            Pause.ms(100);
        }
    }

    int port() {
        return port;
    }

    private static Path node(final Path packages) {
        return packages.resolve("node_modules/node/bin/node");
    }

    private static Path main(final Path packages) {
        return packages.resolve("node_modules/openclaw/openclaw.mjs");
    }

    private static void path(final Map<String, String> environment, final Path packages) {
        environment.merge("PATH", node(packages).getParent().toString(), (old, ours) -> ours + ":" + old);
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroy);
        process.destroy();
        try {
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
            }
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
        }
    }
}
