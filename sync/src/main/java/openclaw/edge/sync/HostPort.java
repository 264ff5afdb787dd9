package openclaw.edge.sync;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Pattern;

/**
 * An address as configured: {@code host:port}, {@code 10.0.0.1:7947} or {@code [::1]:7947}.
 *
 * @param host name or literal address, without brackets.
 * @param port 1 to 65,535.
 */
public record HostPort(String host, int port) {

    private static final int MAX_PORT = 65_535;

    /** Only what certainly is an address: anything else would be looked up, and that may take long. */
    private static final Pattern IPV4 = Pattern.compile("((25[0-5]|2[0-4]\\d|1?\\d?\\d)(\\.(?!$)|$)){4}");

    /**
     * Reads one.
     *
     * @param text as configured.
     * @return its parts.
     * @throws IllegalArgumentException if it is none.
     */
    public static HostPort parse(final String text) {
        final int colon = text.lastIndexOf(':');
        String host = colon < 0 ? "" : text.substring(0, colon);
        final boolean isBracketed = host.startsWith("[") && host.endsWith("]");
        if (isBracketed) {
            host = host.substring(1, host.length() - 1);
        }
        final int port = port(text.substring(colon + 1));
        if (host.isEmpty() || port < 1 || port > MAX_PORT || isBracketed != (host.indexOf(':') >= 0)) {
            throw new IllegalArgumentException("address '" + text + "', expected host:port with a port from 1 to "
                    + MAX_PORT + ", and brackets around an IPv6 address: [::1]:7947");
        }
        return new HostPort(host, port);
    }

    private static int port(final String text) {
        try {
            return Integer.parseInt(text);
        } catch (final NumberFormatException e) {
            return -1;
        }
    }

    /** The address, if the host is one and no name has to be looked up; else null. */
    InetAddress literal() {
        if (host.indexOf(':') < 0 && !IPV4.matcher(host).matches()) {
            return null;
        }
        try {
            return InetAddress.getByName(host);
        } catch (final UnknownHostException e) {
            return null;
        }
    }

    @Override
    public String toString() {
        return host.indexOf(':') >= 0 ? "[" + host + "]:" + port : host + ":" + port;
    }
}
