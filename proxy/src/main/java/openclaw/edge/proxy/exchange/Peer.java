package openclaw.edge.proxy.exchange;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;

/** Who is at the other end of a client's connection; made once per connection. */
public final class Peer {
    private final byte[] address;
    private final byte[] addressText;
    private final boolean secure;

    /** @param secure whether the connection is TLS: scheme {@code https} */
    public Peer(final InetSocketAddress remote, final boolean secure) {
        final InetAddress inet = remote.getAddress();
        this.address = inet.getAddress();
        // An IPv6 scope (%eth0) is of this host only and no part of an address that is sent on.
        final String text = inet.getHostAddress();
        final int scope = text.indexOf('%');
        this.addressText = (scope < 0 ? text : text.substring(0, scope)).getBytes(StandardCharsets.US_ASCII);
        this.secure = secure;
    }

    /** 4 or 16 bytes in network order; not to be written to. */
    public byte[] address() {
        return address;
    }

    /** The address as text, without port or brackets; not to be written to. */
    public byte[] addressText() {
        return addressText;
    }

    public boolean isSecure() {
        return secure;
    }
}
