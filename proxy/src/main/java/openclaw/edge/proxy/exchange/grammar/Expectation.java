package openclaw.edge.proxy.exchange.grammar;

import openclaw.edge.proxy.exchange.FieldNames;
import openclaw.edge.proxy.exchange.Head;

/** The Expect field of a request (RFC 9110 section 10.1.1). */
public final class Expectation {
    private static final byte[] CONTINUE = Tokens.ascii("100-continue");

    private Expectation() {}

    /**
     * Takes Expect out of a head, which says it by {@link Head#isExpectContinue()} from now on. HTTP/1.0 knows no expectations;
     * without a body there is nothing to wait with. The head's framing is decided.
     *
     * @return false: something else than 100-continue is expected; answer 417
     */
    public static boolean read(final Head head) {
        final byte[] bytes = head.bytes();
        boolean expected = false;
        for (int i = head.find(FieldNames.EXPECT); i >= 0; i = head.findFrom(FieldNames.EXPECT, i + 1)) {
            if (Head.equalIgnoreCase(CONTINUE, bytes, head.valueOffset(i), head.valueLength(i))) {
                expected = true;
            } else if (head.minorVersion() != 0 && head.valueLength(i) != 0) {
                return false;
            }
        }
        head.dropAll(FieldNames.EXPECT);
        final boolean body = head.framing() == Head.Framing.CHUNKED || head.bodyLengthBytes() > 0;
        head.expectContinue(expected && body && head.minorVersion() != 0);
        return true;
    }
}
