package openclaw.edge.load.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A main class of this class path in a JVM of its own, its output in a file. */
public final class JavaProcess implements AutoCloseable {
    private static final List<String> OPENS = List.of(
            "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
            "--add-opens=java.base/java.lang.reflect=ALL-UNNAMED",
            "--add-exports=java.base/jdk.internal.ref=ALL-UNNAMED",
            "--add-exports=java.base/jdk.internal.misc=ALL-UNNAMED");
    private static final List<String> OPENS_OF_NEWER =
            List.of("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow");

    private final Process process;
    private final Path log;

    private JavaProcess(final Process process, final Path log) {
        this.process = process;
        this.log = log;
    }

    /** Starts {@code mainClass} with {@code arguments}. */
    public static JavaProcess start(
            final Path log, final List<String> flags, final String mainClass, final String... arguments) {
        return start(log, flags, Map.of(), mainClass, arguments);
    }

    /** Starts {@code mainClass} with {@code arguments} and more in its environment. */
    public static JavaProcess start(
            final Path log,
            final List<String> flags,
            final Map<String, String> environment,
            final String mainClass,
            final String... arguments) {
        final List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(OPENS);
        if (Runtime.version().feature() >= 24) {
            command.addAll(OPENS_OF_NEWER);
        }
        // As the launcher runs a node.
        command.add("-XX:+UseSerialGC");
        command.add("-Dchronicle.announcer.disable=true");
        command.add("-Dchronicle.analytics.disable=true");
        command.addAll(flags);
        command.add("-cp");
        command.add(classPath());
        command.add(mainClass);
        command.addAll(List.of(arguments));
        try {
            final ProcessBuilder builder = new ProcessBuilder(command);
            builder.environment().putAll(environment);
            builder.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
            return new JavaProcess(builder.start(), log);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    public long pid() {
        return process.pid();
    }

    /** Gives it a line on standard input. */
    public void tell(final String line) {
        try {
            process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().flush();
        } catch (final IOException e) {
            throw new UncheckedIOException("process " + pid() + " does not listen:\n" + output(), e);
        }
    }

    /** What it has printed so far. */
    public String output() {
        try {
            return Files.readString(log, StandardCharsets.UTF_8);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** SIGKILL. */
    public void kill() {
        process.destroyForcibly();
        exitCode(10);
    }

    /** Sends TERM, HUP, ... and returns at once. */
    public void signal(final String name) {
        try {
            final Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(pid()))
                    .inheritIO()
                    .start();
            if (kill.waitFor() != 0) {
                throw new IllegalStateException("no SIG" + name + " to process " + pid());
            }
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /** SIGTERM, then its exit code. */
    public int terminate(final int withinSeconds) {
        process.destroy();
        return exitCode(withinSeconds);
    }

    /** Waits for its end. */
    public int exitCode(final int withinSeconds) {
        try {
            if (!process.waitFor(withinSeconds, TimeUnit.SECONDS)) {
                throw new IllegalStateException(
                        "process " + pid() + " did not end within " + withinSeconds + " s:\n" + output());
            }
            return process.exitValue();
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for process " + pid(), e);
        }
    }

    @Override
    public void close() {
        if (process.isAlive()) {
            kill();
        }
    }

    /** Without netty's leak sampling and with the tests' own classes, as this JVM has it. */
    private static String classPath() {
        return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    }
}
