package openclaw.edge.proxy.config;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import openclaw.edge.yaml.YamlNode;

/**
 * A host with a port.
 *
 * @param host a name, or an IPv4 or IPv6 literal without brackets
 * @param port 0 to 65535; 0 in a listen address means any free port
 */
public record Address(String host, int port) {
    static final String EXPECTED = "HOST:PORT like 127.0.0.1:8080 or [::1]:8080";
    private static final int MAX_PORT = 65_535;

    /**
     * From {@code HOST:PORT} or {@code [IPv6]:PORT}.
     *
     * @throws IllegalArgumentException when the text is neither
     */
    public static Address parse(String text) {
        int colon = text.lastIndexOf(':');
        if (colon <= 0) {
            throw new IllegalArgumentException(EXPECTED);
        }
        String host = text.substring(0, colon);
        boolean bracketed = host.startsWith("[") && host.endsWith("]");
        if (bracketed) {
            host = host.substring(1, host.length() - 1);
        }
        boolean good = bracketed ? NetUtil.isValidIpV6Address(host) : isNameOrIpv4(host);
        if (!good) {
            throw new IllegalArgumentException(EXPECTED);
        }
        return new Address(host, port(text.substring(colon + 1)));
    }

    /** The stand-in, and a problem, when the text is neither. */
    static Address of(YamlNode node, Address standIn) {
        String text = node.asNonEmptyText();
        if (text.isEmpty()) {
            return standIn;
        }
        try {
            return parse(text);
        } catch (IllegalArgumentException e) {
            node.problem(EXPECTED);
            return standIn;
        }
    }

    private static boolean isNameOrIpv4(String host) {
        return host.chars()
                .allMatch(c -> c < 0x80 && (Character.isLetterOrDigit(c) || c == '.' || c == '-' || c == '_'));
    }

    private static int port(String digits) {
        boolean good =
                !digits.isEmpty() && digits.length() <= 5 && digits.chars().allMatch(c -> c >= '0' && c <= '9');
        int port = good ? Integer.parseInt(digits) : -1;
        if (port < 0 || port > MAX_PORT) {
            throw new IllegalArgumentException(EXPECTED);
        }
        return port;
    }

    /** Whether only this machine can reach it. A name other than {@code localhost} is not taken for it. */
    public boolean isLoopback() {
        byte[] bytes = NetUtil.createByteArrayFromIpAddressString(host);
        try {
            return bytes == null
                    ? host.equalsIgnoreCase("localhost")
                    : InetAddress.getByAddress(bytes).isLoopbackAddress();
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address of " + bytes.length + " bytes: " + host, e);
        }
    }

    /** Whether the host is an IP address and no name. */
    boolean isLiteral() {
        return NetUtil.createByteArrayFromIpAddressString(host) != null;
    }

    /** Looks the name up, when it is one: may block. The result may be unresolved. */
    public InetSocketAddress resolve() {
        return new InetSocketAddress(host, port);
    }

    /** {@code HOST:PORT}, IPv6 in brackets: what stands in a Host field or a URL. */
    @Override
    public String toString() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
