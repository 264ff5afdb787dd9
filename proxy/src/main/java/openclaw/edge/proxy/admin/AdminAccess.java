package openclaw.edge.proxy.admin;

import io.netty.util.NetUtil;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Locale;
import openclaw.edge.proxy.config.AdminConfig;

/** Who may ask the admin listener: holders of the token, and nobody through a name that is not its own. */
final class AdminAccess {
    private static final String BEARER = "bearer ";

    private volatile byte[] token;
    private final String listenHost;
    private final boolean wildcard;

    AdminAccess(final AdminConfig config) {
        this.listenHost = config.listen().host().toLowerCase(Locale.ROOT);
        token(config.token());
        this.wildcard = listenHost.equals("0.0.0.0") || listenHost.equals("::");
    }

    /** Another token, or null for none, from now on. Any thread. */
    final void token(final String next) {
        token = next == null ? null : next.getBytes(StandardCharsets.UTF_8);
    }

    /** Whether the value of Authorization, null for none, holds the token; true where none is needed. */
    boolean isAuthorized(final String authorization) {
        final byte[] wanted = token;
        if (wanted == null) {
            return true;
        }
        if (authorization == null || !authorization.toLowerCase(Locale.ROOT).startsWith(BEARER)) {
            return false;
        }
        final byte[] given = authorization.substring(BEARER.length()).strip().getBytes(StandardCharsets.UTF_8);
        return MessageDigest.isEqual(wanted, given);
    }

    /**
     * Whether Host is one that only someone who meant this listener sends: its own name, localhost, a loopback address, or any
     * address where it listens on all. A page whose name was bound to this machine's address sends its own name, and is refused.
     */
    boolean isOwnHost(final String host) {
        if (host == null) {
            return false;
        }
        final String name = withoutPort(host).toLowerCase(Locale.ROOT);
        if (name.equals(listenHost) || name.equals("localhost")) {
            return true;
        }
        final byte[] address = NetUtil.createByteArrayFromIpAddressString(name);
        if (address == null) {
            return false;
        }
        return wildcard || (address.length == 4 && address[0] == 127) || name.equals("::1");
    }

    private static String withoutPort(final String host) {
        if (host.startsWith("[")) {
            final int end = host.indexOf(']');
            return end < 0 ? host : host.substring(1, end);
        }
        final int colon = host.indexOf(':');
        return colon < 0 ? host : host.substring(0, colon);
    }
}
