package openclaw.edge.proxy.forward;

/**
 * A server as the configuration names it; a name may stand for several.
 *
 * @param secure whether it is spoken to by TLS
 * @param host a name, or an IPv4 or IPv6 literal without brackets
 * @param port 1 to 65535
 * @param authority what stands in a Host field: without the scheme's default port
 */
public record Origin(boolean secure, String host, int port, String authority) {}
