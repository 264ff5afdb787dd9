package openclaw.edge.proxy.h1;

import openclaw.edge.proxy.exchange.FieldNames;
import openclaw.edge.proxy.exchange.Head;
import openclaw.edge.proxy.exchange.Methods;
import openclaw.edge.proxy.exchange.grammar.Tokens;

/**
 * The only change of protocol that is passed through: {@code Upgrade: websocket} (RFC 6455 section 4, RFC 9110 section 7.8).
 * {@code h2c} and every other one is never asked for upstream.
 */
final class WebSocketUpgrade {
    private static final byte[] WEBSOCKET = Tokens.ascii("websocket");
    private static final byte[] UPGRADE = Tokens.ascii("upgrade");

    private WebSocketUpgrade() {}

    /**
     * Whether a request asks for it: {@code websocket} and nothing else, named in Connection, in a GET of HTTP/1.1 without a
     * body (a Content-Length of 0, which some clients send, is none). Its framing must be decided.
     */
    static boolean isAskedFor(final Head request) {
        return request.methodId() == Methods.GET
                && request.minorVersion() != 0
                && request.bodyLengthBytes() == 0
                && saysWebSocket(request);
    }

    /** Whether a 101 agrees to it. */
    static boolean isAgreedTo(final Head response) {
        return response.minorVersion() != 0 && saysWebSocket(response);
    }

    private static boolean saysWebSocket(final Head head) {
        final int i = head.find(FieldNames.UPGRADE);
        return i >= 0
                && !head.isRepeated(FieldNames.UPGRADE)
                && Head.equalIgnoreCase(WEBSOCKET, head.bytes(), head.valueOffset(i), head.valueLength(i))
                && ConnectionOptions.names(head, UPGRADE);
    }
}
