package openclaw.edge.proxy.h1;

/** Why a body's framing was found broken, each with the label that it is counted under. Both sides are then aborted. */
public enum BodyError {
    /** Nothing is wrong. */
    NONE("none"),
    /** A chunk size is not 1 to 16 hexadecimal digits below 2^63. */
    CHUNK_SIZE("chunk_size"),
    /** A chunk extension outside the grammar: no name, unbalanced quotes, control bytes, stray spaces. */
    CHUNK_EXTENSION("chunk_extension"),
    /** A chunk line of more than 256 bytes. */
    CHUNK_LINE_TOO_LONG("chunk_line_too_long"),
    /** A line of the chunked coding does not end in CRLF, or chunk data are not followed by it. */
    LINE_END("chunk_line_end"),
    /** A trailer line that is no field line. */
    TRAILER("trailer"),
    /** The trailer section is larger, or has more fields, than a head may. */
    TRAILER_TOO_LARGE("trailer_too_large"),
    /** The connection ended before the message did. */
    TRUNCATED("truncated");

    private final String label;

    BodyError(final String label) {
        this.label = label;
    }

    /** What this is counted under: lower case, underscores, stable. */
    public String label() {
        return label;
    }
}
