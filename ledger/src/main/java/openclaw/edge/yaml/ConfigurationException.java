package openclaw.edge.yaml;

import java.util.List;
import java.util.stream.Collectors;

/** Files that cannot be used as they are. The message has one line per problem and no secret in it. */
public final class ConfigurationException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient List<Problem> problems;

    /** From a list of problems that is not empty. */
    public ConfigurationException(List<Problem> problems) {
        super(problems.stream().map(Problem::toString).collect(Collectors.joining("\n")));
        this.problems = List.copyOf(problems);
    }

    /** What is wrong, by file and line. */
    public List<Problem> problems() {
        return problems;
    }
}
