package openclaw.edge.proxy.h1;

import openclaw.edge.proxy.exchange.Head;
import openclaw.edge.proxy.exchange.grammar.Tokens;

/** The version in a start line (RFC 9112 section 2.3): {@code HTTP/1.1} and {@code HTTP/1.0} are spoken here. */
final class HttpVersion {
    /** Of every version, in bytes. */
    static final int LENGTH = 8;

    private static final long HTTP_1_1 = FieldLines.word(Tokens.ascii("HTTP/1.1"), 0);
    private static final long HTTP_1_0 = FieldLines.word(Tokens.ascii("HTTP/1.0"), 0);
    private static final byte[] NAME = Tokens.ascii("HTTP/");

    private HttpVersion() {}

    /** Reads the version at an offset into the head. */
    static HeadError read(final Head head, final int at, final int end) {
        final byte[] bytes = head.bytes();
        if (end - at < LENGTH) {
            return HeadError.VERSION;
        }
        final long word = FieldLines.word(bytes, at);
        if (word == HTTP_1_1) {
            head.minorVersion(1);
            return HeadError.NONE;
        }
        if (word == HTTP_1_0) {
            head.minorVersion(0);
            return HeadError.NONE;
        }
        final boolean wellFormed = Head.equalBytes(NAME, bytes, at)
                && Tokens.is(Tokens.DIGIT, bytes[at + 5])
                && bytes[at + 6] == '.'
                && Tokens.is(Tokens.DIGIT, bytes[at + 7]);
        return wellFormed ? HeadError.VERSION_UNSUPPORTED : HeadError.VERSION;
    }
}
