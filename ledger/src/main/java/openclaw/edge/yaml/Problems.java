package openclaw.edge.yaml;

import java.util.ArrayList;
import java.util.List;

/** Collects everything that is wrong in one or more files. Not thread-safe. */
public final class Problems {
    private final List<Problem> problems = new ArrayList<>();

    /** Adds a problem; the same one is kept once. */
    public void add(Problem problem) {
        if (!problems.contains(problem)) {
            problems.add(problem);
        }
    }

    /** Adds a problem with the file as a whole. */
    public void add(String file, String expected, String found) {
        add(new Problem(file, 0, "", expected, found));
    }

    /** Whether nothing is wrong so far at a key of a file, nor below it. */
    boolean isSound(String file, String key) {
        return problems.stream()
                .noneMatch(problem -> problem.file().equals(file)
                        && (problem.key().equals(key)
                                || problem.key().startsWith(key + ".")
                                || problem.key().startsWith(key + "[")));
    }

    /** Whether nothing is wrong so far. */
    public boolean isEmpty() {
        return problems.isEmpty();
    }

    /** What is wrong, by file and line. */
    public List<Problem> list() {
        return problems.stream().sorted().toList();
    }

    /**
     * Ends the reading.
     *
     * @throws ConfigurationException naming every problem, when there is one
     */
    public void throwIfAny() {
        if (!problems.isEmpty()) {
            throw new ConfigurationException(list());
        }
    }
}
