package openclaw.edge.yaml;

import java.nio.file.Path;
import java.util.function.UnaryOperator;

/** What all nodes of one file share. */
record YamlContext(String file, Path directory, Problems problems, UnaryOperator<String> environment) {
    void problem(int line, String key, String expected, String found) {
        problems.add(new Problem(file, line, key, expected, found));
    }
}
