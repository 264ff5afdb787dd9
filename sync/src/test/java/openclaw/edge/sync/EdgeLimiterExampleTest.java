package openclaw.edge.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What documentation shows compiles, runs, and prints what it says. */
final class EdgeLimiterExampleTest {

    private static final Pattern JAVADOC = Pattern.compile("<pre>\\{@code\\n(.*?)\\n \\* }</pre>", Pattern.DOTALL);
    private static final Pattern README = Pattern.compile("```java\\n(// Example\\.java\\n.*?)```", Pattern.DOTALL);

    @TempDir
    Path directory;

    @Test
    void shouldRunTheExampleOfTheJavadoc() throws Exception {
        final String source =
                Files.readString(Path.of("src/main/java/openclaw/edge/sync/EdgeLimiter.java"), StandardCharsets.UTF_8);
        final Matcher found = JAVADOC.matcher(source);
        assertThat(found.find()).isTrue();
        assertThat(run(found.group(1).replaceAll("(?m)^ \\* ?", ""))).isEqualTo("true\ntrue\ntrue\nfalse\ntrue 3 0\n");
    }

    @Test
    void shouldRunTheExampleOfTheReadme() throws Exception {
        final String readme = Files.readString(Path.of("../README.md"), StandardCharsets.UTF_8);
        final Matcher found = README.matcher(readme);
        assertThat(found.find()).isTrue();
        // Nobody is there: as if cut off, empty at first, half a token each 3.6 s later.
        assertThat(run(found.group(1)))
                .matches("(refused by limit 'agent', 0 tokens remain, wait at least|admitted,)[^\n]*\n");
    }

    private String run(final String source) throws Exception {
        final Path file = directory.resolve("Example.java");
        Files.writeString(file, source);
        final int status = ToolProvider.getSystemJavaCompiler()
                .run(
                        null,
                        null,
                        null,
                        "-proc:none",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "-d",
                        directory.toString(),
                        file.toString());
        assertThat(status).as("the example compiles:\n%s", source).isZero();
        return output();
    }

    private String output() throws Exception {
        final ByteArrayOutputStream printed = new ByteArrayOutputStream();
        final PrintStream before = System.out;
        try (URLClassLoader loader = loader();
                PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8)) {
            System.setOut(out);
            loader.loadClass("Example").getMethod("main", String[].class).invoke(null, (Object) new String[0]);
        } finally {
            System.setOut(before);
        }
        return printed.toString(StandardCharsets.UTF_8).replace(System.lineSeparator(), "\n");
    }

    private URLClassLoader loader() throws IOException {
        return new URLClassLoader(
                new URL[] {directory.toUri().toURL()}, getClass().getClassLoader());
    }
}
