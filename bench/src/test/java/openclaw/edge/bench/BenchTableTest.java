package openclaw.edge.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
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
        for (final String text : new String[] {"", "{", "{}", "[1]", "[{\"benchmark\": \"x\"}]"}) {
            final Path file = Files.writeString(directory.resolve("other.json"), text);
            assertThat(run("bench", "--table", file.toString())).as(text).isEqualTo(2);
            assertThat(err.toString()).contains("other.json").contains("expected a file made by -rf json");
        }
        assertThat(run("bench", "--table", "nowhere.json")).isEqualTo(2);
        assertThat(run("bench", "--table")).isEqualTo(2);
    }

    private int run(final String... arguments) {
        return BenchMain.run(new PrintWriter(out), new PrintWriter(err), arguments);
    }
}
