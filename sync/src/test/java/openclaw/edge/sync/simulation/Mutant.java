package openclaw.edge.sync.simulation;

import java.io.File;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.net.MalformedURLException;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import openclaw.edge.crdt.BucketTable;
import openclaw.edge.sync.GossipAgent;
import org.agrona.DirectBuffer;

/**
 * The project's code with one rule broken: a source file with one expression replaced, compiled aside, and loaded before
 * everything else by a class loader of its own. Nothing in the project's code knows of it.
 */
final class Mutant implements AutoCloseable {

    private static final String PACKAGE = "openclaw.edge.";

    private final Path classes;
    private final Loader loader;

    Mutant(final String file, final String rule, final String broken) throws IOException {
        final Path source = root().resolve(file);
        final String text = Files.readString(source);
        if (text.indexOf(rule) < 0 || text.indexOf(rule) != text.lastIndexOf(rule)) {
            throw new IllegalStateException(
                    file + " does not hold once: " + rule + "; say in MutantTest how the rule is written now");
        }
        classes = Files.createTempDirectory("mutant");
        final Path copy = classes.resolve(source.getFileName().toString());
        Files.writeString(copy, text.replace(rule, broken));
        compile(copy);
        loader = new Loader(urls());
    }

    /** The project's directory, whichever module's the test runs in. */
    private static Path root() {
        final Path here = Path.of("").toAbsolutePath();
        return Files.isDirectory(here.resolve("crdt")) ? here : here.getParent();
    }

    private static List<Path> places() {
        final List<Path> places = new ArrayList<>();
        for (final Class<?> type : List.of(Mutant.class, GossipAgent.class, BucketTable.class, DirectBuffer.class)) {
            try {
                places.add(Path.of(
                        type.getProtectionDomain().getCodeSource().getLocation().toURI()));
            } catch (final URISyntaxException e) {
                throw new IllegalStateException(e);
            }
        }
        return places;
    }

    private void compile(final Path copy) throws IOException {
        final JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        if (compiler == null) {
            throw new IllegalStateException("no compiler in " + System.getProperty("java.home") + "; run with a JDK");
        }
        final List<String> classPath = places().stream().map(Path::toString).toList();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
            final List<String> options = List.of(
                    "-nowarn",
                    "-proc:none",
                    "-d",
                    classes.toString(),
                    "-cp",
                    String.join(File.pathSeparator, classPath));
            if (!compiler.getTask(null, files, null, options, null, files.getJavaFileObjects(copy))
                    .call()) {
                throw new IllegalStateException(copy + " does not compile");
            }
        }
    }

    private URL[] urls() throws MalformedURLException {
        final List<URL> urls = new ArrayList<>();
        urls.add(classes.toUri().toURL());
        for (final Path place : places()) {
            urls.add(place.toUri().toURL());
        }
        return urls.toArray(new URL[0]);
    }

    /** Runs a seed with the broken rule; the violation, or null. */
    String run(final long seed) throws ReflectiveOperationException {
        return call("run", seed);
    }

    /** Runs the scenarios that a seed seldom comes upon; the violation, or null. */
    String runScenarios() throws ReflectiveOperationException {
        return call("runScenarios", 0);
    }

    private String call(final String what, final long seed) throws ReflectiveOperationException {
        final Class<?> runner = loader.loadClass(Runner.class.getName());
        try {
            return (String) runner.getMethod(what, long.class).invoke(null, seed);
        } catch (final InvocationTargetException e) {
            return String.valueOf(e.getCause());
        }
    }

    @Override
    public void close() throws IOException {
        loader.close();
        try (var files = Files.walk(classes)) {
            files.sorted((a, b) -> b.compareTo(a)).forEach(each -> each.toFile().delete());
        }
    }

    /** What is called in the other class loader. */
    public static final class Runner {

        private Runner() {}

        /** Runs a seed. */
        public static String run(final long seed) {
            return new Simulation(seed, RealGossip::factory).run();
        }

        /** Runs a bucket that is made again or begun by all at once, and the healing of cuts and what comes with them. */
        public static String runScenarios(final long unused) {
            return Stream.<Supplier<String>>of(
                            RecreationTest::run,
                            ScenarioTest::deniedAfterHealing,
                            () -> HealingTest.stopped(true),
                            HealingTest::restartedWhileCutOff,
                            HealingTest::restartedAfterBlip,
                            HealingTest::killedAgainAndAgain,
                            FirstContactTest::run,
                            UnheardTest::wrongAddress,
                            UnheardTest::newcomer,
                            JoiningTest::pulled,
                            JoiningTest::told,
                            DeadTest::debited)
                    .map(Supplier::get)
                    .filter(Objects::nonNull)
                    .findFirst()
                    .orElse(null);
        }
    }

    /** Loads the project's classes itself, the broken one first. */
    private static final class Loader extends URLClassLoader {

        Loader(final URL[] urls) {
            super(urls, Mutant.class.getClassLoader());
        }

        @Override
        protected Class<?> loadClass(final String name, final boolean resolve) throws ClassNotFoundException {
            if (!name.startsWith(PACKAGE)) {
                return super.loadClass(name, resolve);
            }
            synchronized (getClassLoadingLock(name)) {
                final Class<?> loaded = findLoadedClass(name);
                return loaded == null ? findClass(name) : loaded;
            }
        }
    }
}
