package openclaw.edge.proxy.h1;

import io.netty.buffer.ByteBuf;
import openclaw.edge.proxy.exchange.grammar.Tokens;

/** Whole status lines with the standard reason phrases (RFC 9110 section 15 and the IANA registry), made once. */
final class StatusLines {
    /** {@code HTTP/1.1 nnn } comes before the reason. */
    static final int REASON_OFFSET = 13;

    private static final int STATUS_OFFSET = 9;
    private static final int LEAST = 100;
    private static final int MOST = 999;
    private static final byte[][] LINES = new byte[MOST - LEAST + 1][];

    private static final String[] REASONS = {
        "100 Continue",
        "101 Switching Protocols",
        "102 Processing",
        "103 Early Hints",
        "200 OK",
        "201 Created",
        "202 Accepted",
        "203 Non-Authoritative Information",
        "204 No Content",
        "205 Reset Content",
        "206 Partial Content",
        "207 Multi-Status",
        "208 Already Reported",
        "226 IM Used",
        "300 Multiple Choices",
        "301 Moved Permanently",
        "302 Found",
        "303 See Other",
        "304 Not Modified",
        "305 Use Proxy",
        "307 Temporary Redirect",
        "308 Permanent Redirect",
        "400 Bad Request",
        "401 Unauthorized",
        "402 Payment Required",
        "403 Forbidden",
        "404 Not Found",
        "405 Method Not Allowed",
        "406 Not Acceptable",
        "407 Proxy Authentication Required",
        "408 Request Timeout",
        "409 Conflict",
        "410 Gone",
        "411 Length Required",
        "412 Precondition Failed",
        "413 Content Too Large",
        "414 URI Too Long",
        "415 Unsupported Media Type",
        "416 Range Not Satisfiable",
        "417 Expectation Failed",
        "421 Misdirected Request",
        "422 Unprocessable Content",
        "423 Locked",
        "424 Failed Dependency",
        "425 Too Early",
        "426 Upgrade Required",
        "428 Precondition Required",
        "429 Too Many Requests",
        "431 Request Header Fields Too Large",
        "451 Unavailable For Legal Reasons",
        "500 Internal Server Error",
        "501 Not Implemented",
        "502 Bad Gateway",
        "503 Service Unavailable",
        "504 Gateway Timeout",
        "505 HTTP Version Not Supported",
        "506 Variant Also Negotiates",
        "507 Insufficient Storage",
        "508 Loop Detected",
        "511 Network Authentication Required"
    };

    static {
        for (int status = LEAST; status <= MOST; status++) {
            LINES[status - LEAST] = Tokens.ascii("HTTP/1.1 " + status + " \r\n");
        }
        for (final String reason : REASONS) {
            LINES[Integer.parseInt(reason.substring(0, 3)) - LEAST] = Tokens.ascii("HTTP/1.1 " + reason + "\r\n");
        }
    }

    private StatusLines() {}

    /**
     * Whether these bytes begin a 408: what some servers say before they close a connection that was idle (RFC 9110 section
     * 15.5.9), and so no answer to anybody.
     */
    static boolean isTimeoutNotice(final ByteBuf in) {
        final int at = in.readerIndex() + STATUS_OFFSET;
        return in.readableBytes() >= STATUS_OFFSET + 3
                && in.getByte(at) == '4'
                && in.getByte(at + 1) == '0'
                && in.getByte(at + 2) == '8';
    }

    /**
     * {@code HTTP/1.1 nnn reason CRLF}; the reason is empty where there is no standard one.
     *
     * @param status 100 to 999
     */
    static byte[] of(final int status) {
        if (status < LEAST || status > MOST) {
            throw new IllegalArgumentException(
                    "status=" + status + ", expected 100 to 999: set it before writing the head");
        }
        return LINES[status - LEAST];
    }
}
