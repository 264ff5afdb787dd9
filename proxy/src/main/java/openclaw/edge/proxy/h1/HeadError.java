package openclaw.edge.proxy.h1;

import openclaw.edge.proxy.exchange.CommonDefect;
import openclaw.edge.proxy.exchange.Defect;

/**
 * Why a head was refused, each with the status that a client gets for it and the label that it is counted under. An upstream's
 * head that is refused for any of them is a 502. After any of them the connection is closed: what follows on it cannot be
 * trusted to be a message.
 */
public enum HeadError implements Defect {
    /** Nothing is wrong. */
    NONE(0, "", "none"),
    /** Something other than CRLF stands before the start line, or too many empty lines do. */
    PREFACE(400, "Bytes that are no request stand before the request line.", "preface"),
    /** LF without CR before it, or CR without LF after it. */
    LINE_END(400, "A line of the head does not end in CRLF.", "line_end"),
    /** NUL, another control byte or DEL where none may be. */
    CONTROL_BYTE(400, "The head holds a control byte.", "control_byte"),
    /** The request line is not {@code method SP target SP version}. */
    REQUEST_LINE(400, "The request line is not: method, space, target, space, version.", "request_line"),
    /** The method is no token. */
    METHOD(400, "The method is no token.", "method"),
    /** The request target is in no form that the method allows, or holds bytes that none may. */
    TARGET(400, "The request target is in no form that the method allows, or holds bytes that none may.", "target"),
    /** The version is not of the form {@code HTTP/n.n}. */
    VERSION(400, "The version is not of the form HTTP/n.n.", "version"),
    /** The version is well formed, but neither 1.0 nor 1.1. */
    VERSION_UNSUPPORTED(505, "The version is neither HTTP/1.0 nor HTTP/1.1.", "version_unsupported"),
    /** CONNECT and TRACE are not offered; answered with Allow. */
    METHOD_NOT_ALLOWED(CommonDefect.METHOD_NOT_ALLOWED, "method_not_allowed"),
    /** Response only: the status line is not {@code version SP 3DIGIT SP reason}. */
    STATUS_LINE(400, "The status line is not: version, space, three digits, space, reason.", "status_line"),
    /** A field line begins with a space or tab: obs-fold, or space before the first field. */
    FOLD(400, "A field line begins with a space or a tab.", "fold"),
    /** A field line without colon. */
    NO_COLON(400, "A field line has no colon.", "no_colon"),
    /** A field name is empty, no token, or has a space before the colon. */
    FIELD_NAME(400, "A field name is empty, no token, or followed by a space.", "field_name"),
    /** HTTP/1.1 without Host, or more than one Host. */
    HOST_COUNT(400, "Host must be there exactly once.", "host_count"),
    /** Host is empty or no {@code host[:port]}. */
    HOST(400, "Host is not of the form host[:port].", "host"),
    /** Content-Length is not 1*DIGIT below 2^63, or given with a leading zero. */
    CONTENT_LENGTH(400, "Content-Length is no decimal number.", "content_length"),
    /** More than one Content-Length (in responses: that differ). */
    CONTENT_LENGTH_REPEATED(400, "There is more than one Content-Length.", "content_length_repeated"),
    /** Transfer-Encoding is not {@code chunked} exactly once, or stands in an HTTP/1.0 message. */
    TRANSFER_ENCODING(400, "Transfer-Encoding may say chunked, once, and in HTTP/1.1 alone.", "transfer_encoding"),
    /** Transfer-Encoding and Content-Length in one message. */
    FRAMING_CONFLICT(400, "Transfer-Encoding and Content-Length stand in one request.", "framing_conflict"),
    /** An expectation other than 100-continue. */
    EXPECTATION(CommonDefect.EXPECTATION, "expectation"),
    /** The request line or its target is longer than allowed. */
    TARGET_TOO_LONG(CommonDefect.TARGET_TOO_LONG, "target_too_long"),
    /** The head is longer than allowed. */
    HEAD_TOO_LARGE(CommonDefect.HEAD_TOO_LARGE, "head_too_large"),
    /** The head has more field lines than allowed. */
    TOO_MANY_FIELDS(CommonDefect.TOO_MANY_FIELDS, "too_many_fields");

    private final int status;
    private final String detail;
    private final String label;

    HeadError(final Defect defect, final String label) {
        this(defect.status(), defect.detail(), label);
    }

    HeadError(final int status, final String detail, final String label) {
        this.status = status;
        this.detail = detail;
        this.label = label;
    }

    /** The status code that a client gets when its request is refused for this, 0 for {@link #NONE}. */
    @Override
    public int status() {
        return status;
    }

    @Override
    public String detail() {
        return detail;
    }

    /** What this is counted under: lower case, underscores, stable. */
    public String label() {
        return label;
    }
}
