package openclaw.edge.proxy.listen;

import io.netty.buffer.ByteBuf;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/**
 * Reads a PROXY protocol header, version 1 or 2, as HAProxy's specification (doc/proxy-protocol.txt) has it, and nothing that
 * is merely like one. Keeps what it found until the next call. Owned by one event loop.
 */
final class ProxyHeader {
    /** The header is not whole yet. */
    static final int NEED_MORE = 0;

    /** What came can be no header, or contradicts itself. */
    static final int BAD = -1;

    /** Longest header of version 1, with its end of line (section 2.1). */
    static final int MOST_V1_BYTES = 107;

    /** Longest header of version 2 that is accepted; addresses take 216 bytes at most, the rest may be TLVs. */
    static final int MOST_V2_BYTES = 4096;

    private static final byte[] V1 = "PROXY ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] V2 = {0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A};
    private static final int V2_FIXED_BYTES = 16;
    private static final int LOCAL = 0x20;
    private static final int PROXY = 0x21;
    private static final int UNSPEC = 0x00;
    private static final int TCP4 = 0x11;
    private static final int TCP6 = 0x21;
    private static final int UNIX_STREAM = 0x31;
    private static final int TYPE_CRC32C = 0x03;
    private static final int TLV_HEADER_BYTES = 3;
    private static final int MAX_PORT = 65_535;

    private InetSocketAddress source;

    /** The address of the client, by the header read last; null when it names none. */
    InetSocketAddress source() {
        return source;
    }

    /**
     * Reads a header at the buffer's reader index, which stays.
     *
     * @return the header's length in bytes, {@link #NEED_MORE} or {@link #BAD}
     */
    int read(final ByteBuf in) {
        source = null;
        final int length = in.readableBytes();
        if (length == 0) {
            return NEED_MORE;
        }
        final boolean isV2 = in.getByte(in.readerIndex()) == V2[0];
        final byte[] signature = isV2 ? V2 : V1;
        for (int i = 0; i < Math.min(length, signature.length); i++) {
            if (in.getByte(in.readerIndex() + i) != signature[i]) {
                return BAD;
            }
        }
        if (isV2) {
            return length < V2_FIXED_BYTES ? NEED_MORE : readV2(in);
        }
        return length < V1.length ? NEED_MORE : readV1(in);
    }

    // ---- version 1: a line of text ----

    private int readV1(final ByteBuf in) {
        final int from = in.readerIndex();
        final int most = Math.min(in.readableBytes(), MOST_V1_BYTES);
        final int lineFeed = in.indexOf(from, from + most, (byte) '\n');
        if (lineFeed < 0) {
            return most == MOST_V1_BYTES ? BAD : NEED_MORE;
        }
        if (in.getByte(lineFeed - 1) != '\r') {
            return BAD;
        }
        final String line = in.toString(from + V1.length, lineFeed - 1 - from - V1.length, StandardCharsets.ISO_8859_1);
        if (!line.equals("UNKNOWN") && !line.startsWith("UNKNOWN ")) {
            source = textSource(line);
            if (source == null) {
                return BAD;
            }
        }
        return lineFeed + 1 - from;
    }

    /** {@code TCP4 src dst srcport dstport}, or null. */
    private static InetSocketAddress textSource(final String line) {
        final String[] words = line.split(" ", -1);
        if (words.length != 5 || !(words[0].equals("TCP4") || words[0].equals("TCP6"))) {
            return null;
        }
        final boolean isV6 = words[0].equals("TCP6");
        final InetAddress from = address(words[1], isV6);
        final InetAddress to = address(words[2], isV6);
        final int fromPort = port(words[3]);
        return from == null || to == null || fromPort < 0 || port(words[4]) < 0
                ? null
                : new InetSocketAddress(from, fromPort);
    }

    private static InetAddress address(final String text, final boolean isV6) {
        if (isV6 ? !isV6(text) : !isV4(text)) {
            return null;
        }
        return address(NetUtil.createByteArrayFromIpAddressString(text));
    }

    private static boolean isV6(final String text) {
        return text.indexOf(':') >= 0
                && text.chars().allMatch(c -> (c < 0x80 && Character.digit(c, 16) >= 0) || c == ':' || c == '.')
                && NetUtil.isValidIpV6Address(text);
    }

    /** Four decimal numbers without leading zeros, which some read as octal. */
    private static boolean isV4(final String text) {
        final String[] parts = text.split("\\.", -1);
        if (parts.length != 4) {
            return false;
        }
        for (final String part : parts) {
            if (decimal(part, 3) > 255 || decimal(part, 3) < 0) {
                return false;
            }
        }
        return true;
    }

    private static int port(final String text) {
        final int port = decimal(text, 5);
        return port > MAX_PORT ? -1 : port;
    }

    private static int decimal(final String text, final int mostDigits) {
        final boolean good = !text.isEmpty()
                && text.length() <= mostDigits
                && (text.length() == 1 || text.charAt(0) != '0')
                && text.chars().allMatch(c -> c >= '0' && c <= '9');
        return good ? Integer.parseInt(text) : -1;
    }

    // ---- version 2: binary ----

    private int readV2(final ByteBuf in) {
        final int from = in.readerIndex();
        final int command = in.getUnsignedByte(from + V2.length);
        final int family = in.getUnsignedByte(from + V2.length + 1);
        final int length = in.getUnsignedShort(from + V2.length + 2);
        final int addressBytes = addressBytes(family);
        if ((command != LOCAL && command != PROXY) || V2_FIXED_BYTES + length > MOST_V2_BYTES) {
            return BAD;
        }
        // What a LOCAL header, the proxy's own health check, holds beside its length means nothing (section 2.2).
        if (command == PROXY && (addressBytes < 0 || length < addressBytes)) {
            return BAD;
        }
        if (in.readableBytes() < V2_FIXED_BYTES + length) {
            return NEED_MORE;
        }
        if (command == PROXY) {
            final int addresses = from + V2_FIXED_BYTES;
            // Without a known family, nothing tells where addresses end and TLVs begin.
            if (family != UNSPEC && !areTlvsGood(in, addresses + addressBytes, addresses + length, from)) {
                return BAD;
            }
            source = binarySource(in, family, addresses);
        }
        return V2_FIXED_BYTES + length;
    }

    private static int addressBytes(final int family) {
        return switch (family) {
            case UNSPEC -> 0;
            case TCP4 -> 12;
            case TCP6 -> 36;
            case UNIX_STREAM -> 216;
            default -> BAD;
        };
    }

    private static InetSocketAddress binarySource(final ByteBuf in, final int family, final int at) {
        if (family != TCP4 && family != TCP6) {
            return null;
        }
        final byte[] bytes = new byte[family == TCP4 ? 4 : 16];
        in.getBytes(at, bytes);
        return new InetSocketAddress(address(bytes), in.getUnsignedShort(at + 2 * bytes.length));
    }

    private static boolean areTlvsGood(final ByteBuf in, final int from, final int to, final int header) {
        int at = from;
        while (at < to) {
            if (to - at < TLV_HEADER_BYTES) {
                return false;
            }
            final int value = at + TLV_HEADER_BYTES;
            final int length = in.getUnsignedShort(at + 1);
            if (value + length > to) {
                return false;
            }
            if (in.getByte(at) == TYPE_CRC32C && (length != 4 || in.getInt(value) != checksum(in, header, value, to))) {
                return false;
            }
            at = value + length;
        }
        return true;
    }

    /** Of the whole header, with zeros where the checksum stands (section 2.2.5). */
    private static int checksum(final ByteBuf in, final int from, final int at, final int to) {
        final byte[] header = new byte[to - from];
        in.getBytes(from, header);
        for (int i = 0; i < 4; i++) {
            header[at - from + i] = 0;
        }
        final CRC32C crc = new CRC32C();
        crc.update(header);
        return (int) crc.getValue();
    }

    private static InetAddress address(final byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (final UnknownHostException e) {
            throw new IllegalStateException("an address of " + bytes.length + " bytes", e);
        }
    }
}
