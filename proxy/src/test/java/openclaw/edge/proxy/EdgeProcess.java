package openclaw.edge.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** {@link EdgeMain} in a process of its own, with this JVM's class path and the flags that its libraries need. */
final class EdgeProcess implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 60;

    private final Process process;
    private final Path out;
    private final Path err;

    private EdgeProcess(Process process, Path out, Path err) {
        this.process = process;
        this.out = out;
        this.err = err;
    }

    /** Starts it in a directory, where its output goes as well. */
    static EdgeProcess start(Path directory, String... arguments) throws IOException {
        return start(List.of(), directory, arguments);
    }

    /** As above, with more flags for the JVM. */
    static EdgeProcess start(List<String> flags, Path directory, String... arguments) throws IOException {
        return start(List.of(), flags, directory, arguments);
    }

    /** As the first, by a parent that ignores a signal (HUP, ...), as nohup does. */
    static EdgeProcess startIgnoring(String signal, Path directory, String... arguments) throws IOException {
        List<String> shell = List.of("/bin/sh", "-c", "trap '' " + signal + "; exec \"$@\"", "sh");
        return start(shell, List.of(), directory, arguments);
    }

    private static EdgeProcess start(List<String> starter, List<String> flags, Path directory, String... arguments)
            throws IOException {
        List<String> command = new ArrayList<>(starter);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        for (String flag : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
            if (flag.startsWith("--")) {
                command.add(flag);
            }
        }
        command.addAll(List.of("-Xmx256m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-ea"));
        command.addAll(List.of("-Dchronicle.announcer.disable=true", "-Dchronicle.analytics.disable=true"));
        command.addAll(flags);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), EdgeMain.class.getName()));
        command.addAll(List.of(arguments));
        Path out = directory.resolve("stdout.txt");
        Path err = directory.resolve("stderr.txt");
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        process.getOutputStream().close();
        return new EdgeProcess(process, out, err);
    }

    /** Waits for its end. */
    int exitCode() throws InterruptedException {
        assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS))
                .as("it ends, having said %s%s", text(out), text(err))
                .isTrue();
        return process.exitValue();
    }

    /** Waits until standard output has a text. */
    void awaitOut(String wanted) throws InterruptedException {
        await(out, wanted);
    }

    /** Waits until standard error has a text. */
    void awaitErr(String wanted) throws InterruptedException {
        await(err, wanted);
    }

    private void await(Path file, String wanted) throws InterruptedException {
        long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!text(file).contains(wanted)) {
            if (!process.isAlive() || System.nanoTime() > deadlineNs) {
                fail("no '%s' in what it said: %s%s", wanted, text(out), text(err));
            }
            Thread.sleep(10);
        }
    }

    String out() {
        return text(out);
    }

    String err() {
        return text(err);
    }

    /** Sends TERM, HUP, ... */
    void signal(String name) throws IOException, InterruptedException {
        Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                .inheritIO()
                .start();
        assertThat(kill.waitFor()).isZero();
    }

    /** Sends TERM, to whatever is left of it: nothing is wrong when it has ended. */
    void terminate() {
        process.destroy();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new AssertionError(file + " cannot be read", e);
        }
    }
}
