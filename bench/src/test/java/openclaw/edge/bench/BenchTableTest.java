package openclaw.edge.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchTableTest {
    @TempDir
    Path directory;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void shouldMakeARowOfEachResultInOrder() throws IOException {
        final Path first = Files.writeString(directory.resolve("a.json"), """
                [{"benchmark": "openclaw.edge.bench.XBench.two", "threads": 8, "params": {"b": "1", "a": "true"},
                  "primaryMetric": {"score": 123.456789, "scoreError": 0.98765, "scoreUnit": "ns/op"},
                  "secondaryMetrics": {"gc.alloc.rate.norm": {"score": 1.0E-5}}},
                 {"benchmark": "openclaw.edge.bench.XBench.two", "threads": 1, "params": {"b": "1", "a": "true"},
                  "primaryMetric": {"score": 98765.4321, "scoreError": "NaN", "scoreUnit": "ns/op"},
                  "secondaryMetrics": {"gc.alloc.rate.norm": {"score": 24.0}}}]
                """);
        final Path second = Files.writeString(directory.resolve("b.json"), """
                [{"benchmark": "openclaw.edge.bench.XBench.one", "threads": 1,
                  "primaryMetric": {"score": 0.5, "scoreError": 0.25, "scoreUnit": "us/op"}, "secondaryMetrics": {}}]
                """);
        assertThat(run("bench", "--table", first.toString(), second.toString())).isZero();
        assertThat(out.toString().lines())
                .containsExactly(
                        "| benchmark | parameters | threads | score | error | unit | B/op |",
                        "|---|---|---|---|---|---|---|",
                        "| XBench.one |  | 1 | 0.5 | 0.25 | us/op |  |",
                        "| XBench.two | a=true, b=1 | 1 | 98770 |  | ns/op | 24.0 |",
                        "| XBench.two | a=true, b=1 | 8 | 123.5 | 0.988 | ns/op | 0 |");
    }

    @Test
    void shouldRefuseWhatIsNoResultOfJmh() throws IOException {
        final Map<String, String> wrong = new LinkedHashMap<>();
        wrong.put("", "no list of results is in it");
        wrong.put("{", "no JSON is in it, or not all of it");
        wrong.put("{}", "no list of results is in it");
        wrong.put("[1]", "result 1 has no keys with values");
        wrong.put("[{\"benchmark\": \"x\"}]", "result 1 has no value at 'threads'");
        wrong.put("[{\"benchmark\": [], \"threads\": 1}]", "result 1 has no value at 'benchmark'");
        wrong.put("[{\"benchmark\": \"x\", \"params\": 1}]", "result 1 has no keys with values at 'params'");
        wrong.put("[{\"benchmark\": \"x\", \"threads\": \"y\"}]", "result 1 has no number at 'threads'");
        wrong.put(
                "[{\"benchmark\": \"x\", \"threads\": 1, \"primaryMetric\": {\"score\": 1e999999999}}]",
                "result 1 has a number at 'score' that nothing measures");
        for (final Map.Entry<String, String> one : wrong.entrySet()) {
            final Path file = Files.writeString(directory.resolve("other.json"), one.getKey());
            err.getBuffer().setLength(0);
            assertThat(run("bench", "--table", file.toString()))
                    .as(one.getKey())
                    .isEqualTo(2);
            assertThat(err.toString().lines().findFirst())
                    .hasValue(file + ": " + one.getValue() + "; expected a file made by -rf json");
        }
    }

    @Test
    void shouldSayWhyAFileCannotBeRead() {
        assertThat(run("bench", "--table", "nowhere.json")).isEqualTo(2);
        assertThat(err.toString()).startsWith("nowhere.json: there is no such file; expected a file made by -rf json");
        assertThat(run("bench", "--table", directory.toString())).isEqualTo(2);
        assertThat(run("bench", "--table")).isEqualTo(2);
        assertThat(err.toString()).contains(directory + ": Is a directory").doesNotContain("Exception");
    }

    private int run(final String... arguments) {
        return BenchMain.run(new PrintWriter(out), new PrintWriter(err), arguments);
    }
}
