package openclaw.edge.proxy.h2;

import java.nio.charset.StandardCharsets;

/** HPACK's static table (RFC 7541 appendix A), each entry as a field line. */
final class StaticTable {
    /** Number of entries; indices are from 1. */
    static final int SIZE = 61;

    private static final String[] FIELDS = {
        ":authority",
        ":method|GET",
        ":method|POST",
        ":path|/",
        ":path|/index.html",
        ":scheme|http",
        ":scheme|https",
        ":status|200",
        ":status|204",
        ":status|206",
        ":status|304",
        ":status|400",
        ":status|404",
        ":status|500",
        "accept-charset",
        "accept-encoding|gzip, deflate",
        "accept-language",
        "accept-ranges",
        "accept",
        "access-control-allow-origin",
        "age",
        "allow",
        "authorization",
        "cache-control",
        "content-disposition",
        "content-encoding",
        "content-language",
        "content-length",
        "content-location",
        "content-range",
        "content-type",
        "cookie",
        "date",
        "etag",
        "expect",
        "expires",
        "from",
        "host",
        "if-match",
        "if-modified-since",
        "if-none-match",
        "if-range",
        "if-unmodified-since",
        "last-modified",
        "link",
        "location",
        "max-forwards",
        "proxy-authenticate",
        "proxy-authorization",
        "range",
        "referer",
        "refresh",
        "retry-after",
        "server",
        "set-cookie",
        "strict-transport-security",
        "transfer-encoding",
        "user-agent",
        "vary",
        "via",
        "www-authenticate"
    };

    private static final FieldLine[] LINES = new FieldLine[SIZE + 1];

    static {
        for (int i = 1; i <= SIZE; i++) {
            final String field = FIELDS[i - 1];
            final int bar = field.indexOf('|');
            final String name = bar < 0 ? field : field.substring(0, bar);
            final String value = bar < 0 ? "" : field.substring(bar + 1);
            final byte[] line = (name + ": " + value + "\r\n").getBytes(StandardCharsets.US_ASCII);
            LINES[i] = new FieldLine(line, name.length(), value.length(), FieldLine.kindOf(line, 0, name.length()));
        }
    }

    private StaticTable() {}

    /** The entry at an index from 1 to {@link #SIZE}. */
    static FieldLine get(final int index) {
        return LINES[index];
    }
}
