package openclaw.edge.sync;

import openclaw.edge.crdt.Decision;
import openclaw.edge.crdt.LimitSet;

/** What one thread at a time needs to decide: a decider, a set of limits, and the key's bytes. */
final class LimiterStripe {

    /** Longest key, in bytes of UTF-8: that of an agent's name. */
    static final int MAX_KEY_BYTES = 128;

    private static final int LAST_OF_ONE = 0x7F;
    private static final int LAST_OF_TWO = 0x7FF;
    private static final int CONTINUATION = 0x80;
    private static final int SIX_BITS = 0x3F;

    private final RequestLimits limits;
    private final String[] names;
    private final Decider decider;
    private final LimitSet set = new LimitSet();
    private final byte[] keyBytes = new byte[MAX_KEY_BYTES + 4];

    LimiterStripe(final RequestLimits limits, final String[] names, final Decider decider) {
        this.limits = limits;
        this.names = names;
        this.decider = decider;
    }

    boolean tryConsume(final String key, final long tokens, final LimiterAnswer into, final long nowNs) {
        final long decision = decider.decide(limits, keyBytes, 0, encode(key), tokens, set, nowNs);
        if (into != null) {
            answer(decision, into);
        }
        return Decision.isAdmitted(decision);
    }

    boolean probe(final String key, final long tokens, final LimiterAnswer into, final long nowNs) {
        final long decision = decider.probe(limits, keyBytes, 0, encode(key), tokens, set, nowNs);
        answer(decision, into);
        return Decision.isAdmitted(decision);
    }

    void consumeAnyway(final String key, final long tokens, final long nowNs) {
        decider.debit(limits, keyBytes, 0, encode(key), tokens, set, nowNs);
    }

    void refund(final String key, final long tokens, final long nowNs) {
        decider.giveBack(limits, keyBytes, 0, encode(key), tokens, set, nowNs);
    }

    private void answer(final long decision, final LimiterAnswer into) {
        into.set(decision, decider.remaining(set), names[decider.refusedBy()]);
    }

    /** The key in UTF-8; its length in bytes. */
    private int encode(final String key) {
        final int length = key.length();
        if (length > MAX_KEY_BYTES) {
            throw tooLong(key);
        }
        for (int i = 0; i < length; i++) {
            final char c = key.charAt(i);
            if (c > LAST_OF_ONE) {
                return encodeRest(key, i);
            }
            keyBytes[i] = (byte) c;
        }
        return length;
    }

    private int encodeRest(final String key, final int from) {
        int at = from;
        for (int i = from; i < key.length(); i++) {
            final int c = key.codePointAt(i);
            if (c <= LAST_OF_ONE) {
                keyBytes[at++] = (byte) c;
            } else if (c <= LAST_OF_TWO) {
                keyBytes[at++] = (byte) (0xC0 | (c >> 6));
                keyBytes[at++] = continuation(c);
            } else if (Character.isBmpCodePoint(c)) {
                if (Character.isSurrogate((char) c)) {
                    throw new IllegalArgumentException(
                            "key has half a surrogate pair at index " + i + ", expected text that UTF-8 can hold");
                }
                keyBytes[at++] = (byte) (0xE0 | (c >> 12));
                keyBytes[at++] = continuation(c >> 6);
                keyBytes[at++] = continuation(c);
            } else {
                keyBytes[at++] = (byte) (0xF0 | (c >> 18));
                keyBytes[at++] = continuation(c >> 12);
                keyBytes[at++] = continuation(c >> 6);
                keyBytes[at++] = continuation(c);
                i++;
            }
            if (at > MAX_KEY_BYTES) {
                throw tooLong(key);
            }
        }
        return at;
    }

    private static byte continuation(final int bits) {
        return (byte) (CONTINUATION | (bits & SIX_BITS));
    }

    private static IllegalArgumentException tooLong(final String key) {
        return new IllegalArgumentException("key of " + key.length() + " characters, expected at most " + MAX_KEY_BYTES
                + " bytes of UTF-8; use a hash of it");
    }
}
