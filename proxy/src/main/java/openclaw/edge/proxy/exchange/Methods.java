package openclaw.edge.proxy.exchange;

/** Request methods that the proxy treats specially, as small ints (RFC 9110 section 9). */
public final class Methods {
    /** Any other token; forwarded as it is. */
    public static final int OTHER = 0;

    public static final int GET = 1;
    public static final int HEAD = 2;
    public static final int POST = 3;
    public static final int PUT = 4;
    public static final int DELETE = 5;
    public static final int OPTIONS = 6;
    public static final int CONNECT = 7;
    public static final int TRACE = 8;
    public static final int PATCH = 9;

    private static final byte[][] NAMES = {
        {},
        bytes("GET"),
        bytes("HEAD"),
        bytes("POST"),
        bytes("PUT"),
        bytes("DELETE"),
        bytes("OPTIONS"),
        bytes("CONNECT"),
        bytes("TRACE"),
        bytes("PATCH")
    };

    private Methods() {}

    /** The id of the method in {@code bytes[offset, offset + length)}; methods are case-sensitive. */
    public static int lookup(final byte[] bytes, final int offset, final int length) {
        for (int id = 1; id < NAMES.length; id++) {
            final byte[] name = NAMES[id];
            if (name.length == length && name[0] == bytes[offset] && Head.equalBytes(name, bytes, offset)) {
                return id;
            }
        }
        return OTHER;
    }

    /** The method's bytes; not to be written to. */
    public static byte[] name(final int id) {
        return NAMES[id];
    }

    /** Whether a repeated request has the effect of a single one (RFC 9110 section 9.2.2). */
    public static boolean isIdempotent(final int id) {
        return id == GET || id == HEAD || id == PUT || id == DELETE || id == OPTIONS || id == TRACE;
    }

    private static byte[] bytes(final String s) {
        return s.getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    }
}
