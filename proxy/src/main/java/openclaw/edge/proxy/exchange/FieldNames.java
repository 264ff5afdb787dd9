package openclaw.edge.proxy.exchange;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Field names that the proxy knows, as small ints, and the look-up from bytes to them.
 *
 * <p>A name is looked up by its <em>normal form</em>: letters in lower case, every non-alphanumeric as {@code -}. So
 * {@code Content_Length} finds {@link #CONTENT_LENGTH} too, but flagged as a {@linkplain #LOOKALIKE look-alike}: some servers
 * read such a name as the real one, hence it is never forwarded (HTTP-desync class "field hiding").
 */
public final class FieldNames {
    /** A token, but no name that the proxy knows. */
    public static final int UNKNOWN = 0;

    public static final int HOST = 1;
    public static final int CONTENT_LENGTH = 2;
    public static final int TRANSFER_ENCODING = 3;
    public static final int CONNECTION = 4;
    public static final int KEEP_ALIVE = 5;
    public static final int PROXY_CONNECTION = 6;
    public static final int TE = 7;
    public static final int TRAILER = 8;
    public static final int UPGRADE = 9;
    public static final int EXPECT = 10;
    public static final int HTTP2_SETTINGS = 11;
    public static final int PROXY_AUTHENTICATE = 12;
    public static final int PROXY_AUTHORIZATION = 13;
    public static final int AUTHORIZATION = 14;
    public static final int X_API_KEY = 15;
    public static final int APIKEY = 16;
    public static final int X_TENANT_ID = 17;
    public static final int X_AGENT_ID = 18;
    public static final int X_REQUEST_ID = 19;
    public static final int VIA = 20;
    public static final int FORWARDED = 21;
    public static final int X_FORWARDED_FOR = 22;
    public static final int X_FORWARDED_PROTO = 23;
    public static final int X_FORWARDED_HOST = 24;
    /** Any other name that begins with {@code x-forwarded-}. */
    public static final int X_FORWARDED_OTHER = 25;

    public static final int X_REAL_IP = 26;
    public static final int MAX_FORWARDS = 27;
    public static final int DATE = 28;
    public static final int RATELIMIT = 29;
    public static final int RATELIMIT_POLICY = 30;
    public static final int RETRY_AFTER = 31;
    public static final int X_SHOULD_RETRY = 32;
    public static final int IDEMPOTENCY_KEY = 33;
    public static final int CONTENT_TYPE = 34;
    public static final int WWW_AUTHENTICATE = 35;
    public static final int X_OPENCLAW_AGENT_ID = 36;
    public static final int X_CONSUMER_ID = 37;
    public static final int X_CONSUMER_AGENT = 38;
    public static final int SERVER = 39;
    public static final int COOKIE = 40;
    public static final int SET_COOKIE = 41;
    public static final int ALLOW = 42;
    public static final int CONTENT_ENCODING = 43;
    public static final int CONTENT_RANGE = 44;
    public static final int CACHE_CONTROL = 45;

    /** Ids are below this; they fit the bits of one long. */
    public static final int LIMIT = 46;

    /** Set in the result of {@link #lookup} when the bytes are not the name itself but read as it elsewhere. */
    public static final int LOOKALIKE = 1 << 8;

    /** The id in a result of {@link #lookup}. */
    public static final int ID_MASK = 0xFF;

    /** Result of {@link #lookup} for bytes that are no token (RFC 9110 section 5.6.2), the empty name included. */
    public static final int NOT_A_TOKEN = -1;

    private static final String[] NAMES = {
        "",
        "Host",
        "Content-Length",
        "Transfer-Encoding",
        "Connection",
        "Keep-Alive",
        "Proxy-Connection",
        "TE",
        "Trailer",
        "Upgrade",
        "Expect",
        "HTTP2-Settings",
        "Proxy-Authenticate",
        "Proxy-Authorization",
        "Authorization",
        "X-Api-Key",
        "apikey",
        "X-Tenant-Id",
        "X-Agent-Id",
        "X-Request-Id",
        "Via",
        "Forwarded",
        "X-Forwarded-For",
        "X-Forwarded-Proto",
        "X-Forwarded-Host",
        "X-Forwarded-",
        "X-Real-IP",
        "Max-Forwards",
        "Date",
        "RateLimit",
        "RateLimit-Policy",
        "Retry-After",
        "X-Should-Retry",
        "Idempotency-Key",
        "Content-Type",
        "WWW-Authenticate",
        "x-openclaw-agent-id",
        "X-Consumer-Id",
        "X-Consumer-Agent",
        "Server",
        "Cookie",
        "Set-Cookie",
        "Allow",
        "Content-Encoding",
        "Content-Range",
        "Cache-Control"
    };

    /** Normal form of each byte that may stand in a token; 0 for those that may not. */
    private static final byte[] NORMAL = new byte[256];

    private static final byte[][] CANONICAL = new byte[LIMIT][];
    private static final byte[][] LOWER = new byte[LIMIT][];
    private static final int SLOTS = 256;
    private static final byte[] TABLE = new byte[SLOTS];
    private static final byte[] X_FORWARDED_PREFIX = "x-forwarded-".getBytes(StandardCharsets.US_ASCII);
    private static final int LONGEST;

    static {
        for (int c = '0'; c <= '9'; c++) {
            NORMAL[c] = (byte) c;
        }
        for (int c = 'a'; c <= 'z'; c++) {
            NORMAL[c] = (byte) c;
            NORMAL[c - 32] = (byte) c;
        }
        for (final byte c : "!#$%&'*+-.^_`|~".getBytes(StandardCharsets.US_ASCII)) {
            NORMAL[c] = '-';
        }
        int longest = 0;
        for (int id = 1; id < LIMIT; id++) {
            CANONICAL[id] = NAMES[id].getBytes(StandardCharsets.US_ASCII);
            LOWER[id] = NAMES[id].toLowerCase(Locale.ROOT).getBytes(StandardCharsets.US_ASCII);
            longest = Math.max(longest, LOWER[id].length);
            int hash = 0;
            for (final byte c : LOWER[id]) {
                hash = hash * 31 + c;
            }
            int slot = slot(hash);
            while (TABLE[slot] != 0) {
                slot = (slot + 1) & (SLOTS - 1);
            }
            TABLE[slot] = (byte) id;
        }
        LONGEST = longest;
    }

    private FieldNames() {}

    /**
     * The id of a field name.
     *
     * @param bytes holds the name as received
     * @param offset of its first byte
     * @param length in bytes
     * @return an id, perhaps with {@link #LOOKALIKE}; {@link #UNKNOWN} for any other token; {@link #NOT_A_TOKEN}
     */
    public static int lookup(final byte[] bytes, final int offset, final int length) {
        if (length <= 0) {
            return NOT_A_TOKEN;
        }
        final long scanned = scan(bytes, offset, offset + length);
        return scannedEnd(scanned) == offset + length ? scannedId(scanned) : NOT_A_TOKEN;
    }

    /**
     * Reads a name up to the first byte that may stand in none, in one pass.
     *
     * @param end offset that is not to be reached
     * @return where the name ends ({@link #scannedEnd}) and what {@link #lookup} gives for it ({@link #scannedId})
     */
    public static long scan(final byte[] bytes, final int offset, final int end) {
        int hash = 0;
        int at = offset;
        for (byte normal; at < end && (normal = NORMAL[bytes[at] & 0xFF]) != 0; at++) {
            hash = hash * 31 + normal;
        }
        final int id = at == offset ? NOT_A_TOKEN : resolve(bytes, offset, at - offset, hash);
        return (long) at << Integer.SIZE | (id & 0xFFFF_FFFFL);
    }

    /** Offset of the first byte after a scanned name. */
    public static int scannedEnd(final long scanned) {
        return (int) (scanned >>> Integer.SIZE);
    }

    /** Id of a scanned name, as {@link #lookup} gives it. */
    public static int scannedId(final long scanned) {
        return (int) scanned;
    }

    private static int resolve(final byte[] bytes, final int offset, final int length, final int hash) {
        if (length > LONGEST) {
            return other(bytes, offset, length);
        }
        int slot = slot(hash);
        int id;
        while ((id = TABLE[slot]) != 0) {
            if (LOWER[id].length == length && id != X_FORWARDED_OTHER) {
                if (Head.equalBytes(CANONICAL[id], bytes, offset)) {
                    return id;
                }
                final int match = match(LOWER[id], bytes, offset, length);
                if (match >= 0) {
                    return id | match;
                }
            }
            slot = (slot + 1) & (SLOTS - 1);
        }
        return other(bytes, offset, length);
    }

    /** The usual spelling of a known name; not to be written to. */
    public static byte[] canonical(final int id) {
        return CANONICAL[id];
    }

    /** The normal form of a byte that may stand in a token (lower case, non-alphanumerics as {@code -}), else 0. */
    public static byte normal(final byte b) {
        return NORMAL[b & 0xFF];
    }

    private static int other(final byte[] bytes, final int offset, final int length) {
        if (length > X_FORWARDED_PREFIX.length) {
            final int match = match(X_FORWARDED_PREFIX, bytes, offset, X_FORWARDED_PREFIX.length);
            if (match >= 0) {
                return X_FORWARDED_OTHER | match;
            }
        }
        return UNKNOWN;
    }

    /** -1: differs; 0: the name but for case; {@link #LOOKALIKE}: the same only when non-alphanumerics are read as dashes. */
    private static int match(final byte[] lower, final byte[] bytes, final int offset, final int length) {
        int result = 0;
        for (int i = 0; i < length; i++) {
            final byte b = bytes[offset + i];
            final byte normal = NORMAL[b & 0xFF];
            if (normal != lower[i]) {
                return -1;
            }
            if (normal == '-' && b != '-') {
                result = LOOKALIKE;
            }
        }
        return result;
    }

    private static int slot(final int hash) {
        return (hash ^ (hash >>> 8) ^ (hash >>> 17)) & (SLOTS - 1);
    }
}
