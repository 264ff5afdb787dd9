package openclaw.edge.proxy.config;

import openclaw.edge.yaml.YamlNode;

/**
 * A server as {@code upstream.servers} names it: {@code http://HOST[:PORT]} or {@code https://HOST[:PORT]}.
 *
 * @param secure whether it is spoken to by TLS
 * @param address where it listens; the scheme's default port when none was named
 */
public record UpstreamUrl(boolean secure, Address address) {
    static final String EXPECTED = "a URL like http://127.0.0.1:9000 or https://api.example.com, without a path";

    private static final String HTTP = "http://";
    private static final String HTTPS = "https://";
    private static final int HTTP_PORT = 80;
    private static final int HTTPS_PORT = 443;

    /** Stands where the file names no server that could be used. */
    static final UpstreamUrl STAND_IN = new UpstreamUrl(false, new Address("127.0.0.1", 9000));

    /** Null, and a problem, when it is no such URL. */
    static UpstreamUrl of(final YamlNode node) {
        final String url = node.asNonEmptyText();
        final boolean secure = url.startsWith(HTTPS);
        if (!secure && !url.startsWith(HTTP)) {
            if (!url.isEmpty()) {
                node.problem(EXPECTED);
            }
            return null;
        }
        final int from = (secure ? HTTPS : HTTP).length();
        final String authority =
                url.substring(from, url.endsWith("/") ? Math.max(from, url.length() - 1) : url.length());
        final boolean hasPort = authority.lastIndexOf(':') > authority.lastIndexOf(']');
        try {
            final Address address =
                    Address.parse(hasPort ? authority : authority + ":" + (secure ? HTTPS_PORT : HTTP_PORT));
            if (address.port() != 0) {
                return new UpstreamUrl(secure, address);
            }
            node.problem("a port from 1 to 65535");
        } catch (IllegalArgumentException e) {
            // A URL may carry a password before its host.
            node.problem(EXPECTED, authority.indexOf('@') >= 0 ? "a user in the URL (not shown)" : '"' + url + '"');
        }
        return null;
    }

    /** What stands in a Host field: without the scheme's default port (RFC 9110 section 7.2). */
    public String authority() {
        final String full = address.toString();
        return address.port() == (secure ? HTTPS_PORT : HTTP_PORT) ? full.substring(0, full.lastIndexOf(':')) : full;
    }

    @Override
    public String toString() {
        return (secure ? HTTPS : HTTP) + authority();
    }
}
