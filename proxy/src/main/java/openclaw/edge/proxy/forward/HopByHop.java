package openclaw.edge.proxy.forward;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import openclaw.edge.proxy.exchange.Exchange;
import openclaw.edge.proxy.exchange.FieldNames;
import openclaw.edge.proxy.exchange.Head;
import openclaw.edge.proxy.exchange.LoopContext;
import openclaw.edge.proxy.exchange.Peer;
import openclaw.edge.proxy.exchange.RequestRewriter;

/**
 * Which fields cross the proxy, and which it adds (RFC 9110 section 7.6): hop-by-hop fields and clients' credentials end here;
 * Via, X-Forwarded-* and what the configuration sets are added; Date is added to responses that have none.
 *
 * <p>One per event loop.
 */
public final class HopByHop implements RequestRewriter {
    private static final int[] REQUEST_DROPS = {
        FieldNames.KEEP_ALIVE,
        FieldNames.PROXY_CONNECTION,
        FieldNames.PROXY_AUTHENTICATE,
        FieldNames.PROXY_AUTHORIZATION,
        FieldNames.TE,
        FieldNames.UPGRADE,
        FieldNames.HTTP2_SETTINGS,
        FieldNames.EXPECT,
        FieldNames.AUTHORIZATION,
        FieldNames.X_API_KEY,
        FieldNames.APIKEY,
        FieldNames.X_TENANT_ID,
        FieldNames.X_AGENT_ID,
        FieldNames.X_CONSUMER_ID,
        FieldNames.X_CONSUMER_AGENT
    };
    private static final int[] UNTRUSTED_DROPS = {
        FieldNames.FORWARDED,
        FieldNames.X_FORWARDED_FOR,
        FieldNames.X_FORWARDED_PROTO,
        FieldNames.X_FORWARDED_HOST,
        FieldNames.X_FORWARDED_OTHER,
        FieldNames.X_REAL_IP
    };
    private static final int[] RESPONSE_DROPS = {
        FieldNames.KEEP_ALIVE,
        FieldNames.PROXY_CONNECTION,
        FieldNames.PROXY_AUTHENTICATE,
        FieldNames.PROXY_AUTHORIZATION,
        FieldNames.TE,
        FieldNames.UPGRADE,
        FieldNames.RATELIMIT,
        FieldNames.RATELIMIT_POLICY
    };
    private static final long REQUEST_DROP_BITS = bits(REQUEST_DROPS);
    private static final long UNTRUSTED_DROP_BITS = bits(UNTRUSTED_DROPS);
    private static final long RESPONSE_DROP_BITS = bits(RESPONSE_DROPS);
    private static final byte[] HTTP = {'h', 't', 't', 'p'};
    private static final byte[] HTTPS = {'h', 't', 't', 'p', 's'};
    private static final byte[] COMMA = {',', ' '};

    private final LoopContext loop;
    private final ForwardedTrust trust;
    private final byte[] via;
    private final byte[] via2;
    private final byte[] upstreamAuthority;
    private final boolean clientsHost;
    private final NameSet stripped;
    private final byte[][] setNames;
    private final byte[][] setValues;

    /** Whose forwarding fields are believed. */
    @FunctionalInterface
    public interface ForwardedTrust {
        /** @param address 4 or 16 bytes in network order */
        boolean isTrusted(byte[] address);
    }

    /**
     * @param via this node's name in Via; null: none is added
     * @param upstreamAuthority Host to send when the client named none (HTTP/1.0) and the chosen server has no name of its own
     * @param clientsHost whether the client's Host is sent when there is one
     * @param stripPatterns field names, perhaps with a {@code *} at the end, that clients may not send
     * @param set fields that every request gets, in place of a client's own
     */
    public HopByHop(
            final LoopContext loop,
            final ForwardedTrust trust,
            final String via,
            final String upstreamAuthority,
            final boolean clientsHost,
            final List<String> stripPatterns,
            final Map<String, String> set) {
        this.loop = loop;
        this.trust = trust;
        this.via = via == null ? null : latin("1.1 " + via);
        this.via2 = via == null ? null : latin("2.0 " + via);
        this.upstreamAuthority = latin(upstreamAuthority);
        this.clientsHost = clientsHost;
        final NameSet.Builder names = NameSet.builder();
        stripPatterns.forEach(names::add);
        set.keySet().forEach(names::add);
        this.stripped = names.build();
        this.setNames = set.keySet().stream().map(HopByHop::latin).toArray(byte[][]::new);
        this.setValues = set.values().stream().map(HopByHop::latin).toArray(byte[][]::new);
    }

    @Override
    public void request(final Exchange exchange) {
        final Head head = exchange.request();
        if ((head.seen() & REQUEST_DROP_BITS) != 0) {
            dropAll(head, REQUEST_DROPS);
        }
        if (head.framing() != Head.Framing.CHUNKED) {
            // What it announces passes only behind chunks.
            head.dropAll(FieldNames.TRAILER);
        }
        stripped.drop(head);
        addForwarding(head, exchange.peer());
        if (via != null) {
            head.add(FieldNames.VIA, head.majorVersion() == 2 ? via2 : via);
        }
        if (!clientsHost || head.authorityLength() == 0) {
            setAuthority(exchange);
        }
        for (int i = 0; i < setNames.length; i++) {
            head.add(FieldNames.UNKNOWN, setNames[i], setValues[i], 0, setValues[i].length);
        }
    }

    @Override
    public void again(final Exchange exchange) {
        if (!clientsHost) {
            setAuthority(exchange);
        }
    }

    @Override
    public void requestTrailers(final Head trailers) {
        stripped.drop(trailers);
    }

    /** The authority of the server that was chosen. */
    private void setAuthority(final Exchange exchange) {
        final byte[] chosen = exchange.tried() == null ? null : exchange.tried().authority();
        final byte[] authority = chosen == null ? upstreamAuthority : chosen;
        final Head head = exchange.request();
        head.authority(head.append(authority), authority.length);
    }

    private void addForwarding(final Head head, final Peer peer) {
        final boolean trusted = trust.isTrusted(peer.address());
        if (!trusted && (head.seen() & UNTRUSTED_DROP_BITS) != 0) {
            dropAll(head, UNTRUSTED_DROPS);
        }
        final byte[] address = peer.addressText();
        final int old = head.find(FieldNames.X_FORWARDED_FOR);
        if (old < 0) {
            head.add(FieldNames.X_FORWARDED_FOR, address);
        } else {
            appendToLast(head, address);
        }
        if (!head.has(FieldNames.X_FORWARDED_PROTO)) {
            head.add(FieldNames.X_FORWARDED_PROTO, head.isSecure() ? HTTPS : HTTP);
        }
        if (!head.has(FieldNames.X_FORWARDED_HOST) && head.authorityLength() > 0) {
            addAuthority(head);
        }
    }

    /** The chain of X-Forwarded-For goes on in its last line, so that the order of addresses stays. */
    private static void appendToLast(final Head head, final byte[] address) {
        int last = head.find(FieldNames.X_FORWARDED_FOR);
        for (int next = last; next >= 0; next = head.findFrom(FieldNames.X_FORWARDED_FOR, next + 1)) {
            last = next;
        }
        final int valueLength = head.valueLength(last);
        final int at = head.claim(valueLength + COMMA.length + address.length);
        final byte[] bytes = head.bytes();
        System.arraycopy(bytes, head.valueOffset(last), bytes, at, valueLength);
        System.arraycopy(COMMA, 0, bytes, at + valueLength, COMMA.length);
        System.arraycopy(address, 0, bytes, at + valueLength + COMMA.length, address.length);
        final int id = head.id(last);
        head.drop(last);
        final byte[] name = FieldNames.canonical(id);
        head.index(id, head.append(name), name.length, at, valueLength + COMMA.length + address.length);
    }

    private static void addAuthority(final Head head) {
        final byte[] name = FieldNames.canonical(FieldNames.X_FORWARDED_HOST);
        // The value is already in the head: only the name is copied.
        head.index(
                FieldNames.X_FORWARDED_HOST,
                head.append(name),
                name.length,
                head.authorityOffset(),
                head.authorityLength());
    }

    @Override
    public void response(final Exchange exchange) {
        final Head head = exchange.response();
        if ((head.seen() & RESPONSE_DROP_BITS) != 0) {
            dropAll(head, RESPONSE_DROPS);
        }
        if (!exchange.request().acceptsTrailers()) {
            head.dropAll(FieldNames.TRAILER);
        }
        if (!head.has(FieldNames.DATE)) {
            head.add(FieldNames.DATE, loop.clock().date());
        }
    }

    private static void dropAll(final Head head, final int[] ids) {
        for (final int id : ids) {
            head.dropAll(id);
        }
    }

    private static long bits(final int[] ids) {
        long bits = 0;
        for (final int id : ids) {
            bits |= 1L << id;
        }
        return bits;
    }

    private static byte[] latin(final String s) {
        return s.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** The normal form of a configured field name, as look-ups see it. */
    static byte[] normalForm(final String name) {
        final byte[] bytes = latin(name.toLowerCase(Locale.ROOT));
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = FieldNames.normal(bytes[i]);
        }
        return bytes;
    }
}
