package openclaw.edge.proxy.h1;

/**
 * Why a head was refused, each with the status that a client gets for it and the label that it is counted under. An upstream's
 * head that is refused for any of them is a 502. After any of them the connection is closed: what follows on it cannot be
 * trusted to be a message.
 */
public enum HeadError {
    /** Nothing is wrong. */
    NONE(0, "none"),
    /** Something other than CRLF stands before the start line, or too many empty lines do. */
    PREFACE(400, "preface"),
    /** LF without CR before it, or CR without LF after it. */
    LINE_END(400, "line_end"),
    /** NUL, another control byte or DEL where none may be. */
    CONTROL_BYTE(400, "control_byte"),
    /** The request line is not {@code method SP target SP version}. */
    REQUEST_LINE(400, "request_line"),
    /** The method is no token. */
    METHOD(400, "method"),
    /** The request target is in no form that the method allows, or holds bytes that none may. */
    TARGET(400, "target"),
    /** The version is not of the form {@code HTTP/n.n}. */
    VERSION(400, "version"),
    /** The version is well formed, but neither 1.0 nor 1.1. */
    VERSION_UNSUPPORTED(505, "version_unsupported"),
    /** CONNECT and TRACE are not offered; answered with Allow. */
    METHOD_NOT_ALLOWED(405, "method_not_allowed"),
    /** Response only: the status line is not {@code version SP 3DIGIT SP reason}. */
    STATUS_LINE(400, "status_line"),
    /** A field line begins with a space or tab: obs-fold, or space before the first field. */
    FOLD(400, "fold"),
    /** A field line without colon. */
    NO_COLON(400, "no_colon"),
    /** A field name is empty, no token, or has a space before the colon. */
    FIELD_NAME(400, "field_name"),
    /** HTTP/1.1 without Host, or more than one Host. */
    HOST_COUNT(400, "host_count"),
    /** Host is empty or no {@code host[:port]}. */
    HOST(400, "host"),
    /** Content-Length is not 1*DIGIT below 2^63, or given with a leading zero. */
    CONTENT_LENGTH(400, "content_length"),
    /** More than one Content-Length (in responses: that differ). */
    CONTENT_LENGTH_REPEATED(400, "content_length_repeated"),
    /** Transfer-Encoding is not {@code chunked} exactly once, or stands in an HTTP/1.0 message. */
    TRANSFER_ENCODING(400, "transfer_encoding"),
    /** Transfer-Encoding and Content-Length in one message. */
    FRAMING_CONFLICT(400, "framing_conflict"),
    /** An expectation other than 100-continue. */
    EXPECTATION(417, "expectation"),
    /** The request line or its target is longer than allowed. */
    TARGET_TOO_LONG(414, "target_too_long"),
    /** The head is longer than allowed. */
    HEAD_TOO_LARGE(431, "head_too_large"),
    /** The head has more field lines than allowed. */
    TOO_MANY_FIELDS(431, "too_many_fields");

    private final int status;
    private final String label;

    HeadError(final int status, final String label) {
        this.status = status;
        this.label = label;
    }

    /** The status code that a client gets when its request is refused for this, 0 for {@link #NONE}. */
    public int status() {
        return status;
    }

    /** What this is counted under: lower case, underscores, stable. */
    public String label() {
        return label;
    }
}
