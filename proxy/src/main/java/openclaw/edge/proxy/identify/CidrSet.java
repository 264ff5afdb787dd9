package openclaw.edge.proxy.identify;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/**
 * Networks by prefix, IPv4 and IPv6; an IPv4 address mapped into IPv6 is the IPv4 address (RFC 4291 section 2.5.5.2).
 * Immutable; {@link #contains} does not allocate.
 */
public final class CidrSet {
    /** High half of ::ffff:0:0/96, the mapped form in which IPv4 addresses are compared; the low half's upper word. */
    private static final long MAPPED_LOW = 0x0000_FFFF_0000_0000L;

    private static final int MAPPED_BITS = 96;

    private final long[] high;
    private final long[] low;
    private final int[] prefix;

    private CidrSet(final int size) {
        high = new long[size];
        low = new long[size];
        prefix = new int[size];
    }

    /**
     * Reads networks such as {@code 127.0.0.0/8}, {@code ::1/128}, or single addresses.
     *
     * @throws IllegalArgumentException if one is no literal address with an optional prefix length, or has bits set beyond it
     */
    public static CidrSet of(final List<String> networks) {
        final CidrSet set = new CidrSet(networks.size());
        for (int i = 0; i < networks.size(); i++) {
            set.parse(i, networks.get(i));
        }
        return set;
    }

    /** Whether an address of 4 or 16 bytes in network order lies in one of the networks. */
    public boolean contains(final byte[] address) {
        if (address.length != 4 && address.length != 16) {
            return false;
        }
        final long a = high(address);
        final long b = low(address);
        for (int i = 0; i < prefix.length; i++) {
            if (((a ^ high[i]) & mask(prefix[i])) == 0 && ((b ^ low[i]) & mask(prefix[i] - 64)) == 0) {
                return true;
            }
        }
        return false;
    }

    private void parse(final int index, final String text) {
        final int slash = text.indexOf('/');
        final String literal = slash < 0 ? text : text.substring(0, slash);
        final byte[] address = address(literal, text);
        final int bits = address.length * 8;
        int length = bits;
        if (slash >= 0) {
            try {
                length = Integer.parseInt(text.substring(slash + 1));
            } catch (final NumberFormatException e) {
                throw wrong(text, "the prefix length is no number", e);
            }
            if (length < 0 || length > bits) {
                throw wrong(text, "the prefix length must be 0 to " + bits, null);
            }
        }
        high[index] = high(address);
        low[index] = low(address);
        prefix[index] = address.length == 4 ? length + MAPPED_BITS : length;
        if ((high[index] & ~mask(prefix[index])) != 0 || (low[index] & ~mask(prefix[index] - 64)) != 0) {
            throw wrong(text, "bits are set beyond the prefix length", null);
        }
    }

    private static byte[] address(final String literal, final String text) {
        // Only literals: a name would be resolved.
        if (!literal.matches("[0-9]{1,3}(\\.[0-9]{1,3}){3}|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*")) {
            throw wrong(text, "no IP address", null);
        }
        try {
            return InetAddress.getByName(literal).getAddress();
        } catch (final UnknownHostException e) {
            throw wrong(text, "no IP address", e);
        }
    }

    private static IllegalArgumentException wrong(final String text, final String why, final Exception cause) {
        return new IllegalArgumentException(
                "'" + text + "': " + why + ", expected a network such as 10.0.0.0/8 or ::1/128", cause);
    }

    private static long high(final byte[] address) {
        return address.length == 4 ? 0 : word(address, 0);
    }

    private static long low(final byte[] address) {
        return address.length == 4
                ? MAPPED_LOW
                        | (address[0] & 0xFFL) << 24
                        | (address[1] & 0xFFL) << 16
                        | (address[2] & 0xFFL) << 8
                        | (address[3] & 0xFFL)
                : word(address, 8);
    }

    private static long word(final byte[] address, final int from) {
        long word = 0;
        for (int i = from; i < from + Long.BYTES; i++) {
            word = word << 8 | (address[i] & 0xFF);
        }
        return word;
    }

    /** The upper {@code bits} of a word set, any number below 1 as 0, above 63 as 64. */
    private static long mask(final int bits) {
        return bits <= 0 ? 0 : bits >= 64 ? -1 : -1L << (64 - bits);
    }
}
