package openclaw.edge.yaml;

/**
 * One thing that is wrong in a file.
 *
 * @param file the file as the user named it
 * @param line from 1; 0 when the file as a whole is meant
 * @param key the path of keys, for example {@code tenants[2].plan}; empty for the file as a whole
 * @param expected what should have been there
 * @param found what is there; never a secret value
 */
public record Problem(String file, int line, String key, String expected, String found) implements Comparable<Problem> {
    /** {@code file:line: key: expected X, found Y}, in characters that a terminal shows. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(file);
        if (line > 0) {
            text.append(':').append(line);
        }
        if (!key.isEmpty()) {
            text.append(": ").append(key);
        }
        text.append(": expected ").append(expected).append(", found ").append(found);
        return VisibleText.of(text.toString());
    }

    @Override
    public int compareTo(Problem other) {
        int byFile = file.compareTo(other.file);
        return byFile != 0 ? byFile : Integer.compare(line, other.line);
    }
}
