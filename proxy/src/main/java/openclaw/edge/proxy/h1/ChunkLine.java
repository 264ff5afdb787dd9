package openclaw.edge.proxy.h1;

import io.netty.buffer.ByteBuf;
import openclaw.edge.proxy.exchange.grammar.Tokens;

/**
 * The line before a chunk's data, byte by byte (RFC 9112 section 7.1), in pieces of any size:
 *
 * <pre>
 *   1*16 HEXDIG *( BWS ";" BWS token [ BWS "=" BWS ( token / quoted-string ) ] ) CR LF
 * </pre>
 *
 * at most 256 bytes before the line end. Extensions are checked and forgotten: a parser that looked only for the next line end
 * would find another one than a peer that honours quotes.
 */
final class ChunkLine {
    /** Result of {@link #read}: all input is used. */
    static final int NEED_MORE = 0;

    /** Result of {@link #read}: the line's LF was consumed. */
    static final int COMPLETE = 1;

    /** Result of {@link #read}: see {@link #error()}. */
    static final int BAD = -1;

    private static final int MOST_BYTES = 256;
    private static final int MOST_DIGITS = 16;

    private enum State {
        SIZE,
        /** After BWS where only another extension may follow. */
        BEFORE_SEMICOLON,
        BEFORE_NAME,
        NAME,
        AFTER_NAME,
        BEFORE_VALUE,
        VALUE,
        QUOTED,
        QUOTED_PAIR,
        AFTER_QUOTED,
        LF
    }

    private State state = State.SIZE;
    private int lengthBytes;
    private int digits;
    private long size;
    private BodyError error = BodyError.NONE;

    void reset() {
        state = State.SIZE;
        lengthBytes = 0;
        digits = 0;
        size = 0;
        error = BodyError.NONE;
    }

    /** The chunk's size in bytes, once the line is complete. */
    long size() {
        return size;
    }

    BodyError error() {
        return error;
    }

    /** Consumes input up to the line's end. */
    int read(final ByteBuf in) {
        while (in.isReadable()) {
            final byte b = in.readByte();
            if (state == State.LF) {
                return b == '\n' ? COMPLETE : bad(BodyError.LINE_END);
            }
            final State next = b == '\r' ? endOfLine() : state == State.SIZE ? sizeByte(b) : extensionByte(b);
            if (next == null) {
                return bad(b);
            }
            if (next != State.LF && ++lengthBytes > MOST_BYTES) {
                return bad(BodyError.CHUNK_LINE_TOO_LONG);
            }
            state = next;
        }
        return NEED_MORE;
    }

    private State endOfLine() {
        return switch (state) {
            case SIZE -> digits > 0 ? State.LF : null;
            case NAME, VALUE, AFTER_QUOTED -> State.LF;
            default -> null;
        };
    }

    private State sizeByte(final byte b) {
        final int digit = Tokens.hexValue(b);
        if (digit >= 0) {
            // 16 digits can still pass 2^63.
            if (++digits > MOST_DIGITS || size > Long.MAX_VALUE >>> 4) {
                return null;
            }
            size = size << 4 | digit;
            return State.SIZE;
        }
        if (digits == 0) {
            return null;
        }
        return b == ';' ? State.BEFORE_NAME : Tokens.isSpace(b) ? State.BEFORE_SEMICOLON : null;
    }

    private State extensionByte(final byte b) {
        return switch (state) {
            case BEFORE_SEMICOLON -> afterSpace(b, State.BEFORE_SEMICOLON);
            case BEFORE_NAME -> Tokens.isSpace(b) ? State.BEFORE_NAME : Tokens.is(Tokens.TOKEN, b) ? State.NAME : null;
            case NAME ->
                Tokens.is(Tokens.TOKEN, b)
                        ? State.NAME
                        : b == '=' ? State.BEFORE_VALUE : afterSpace(b, State.AFTER_NAME);
            case AFTER_NAME -> b == '=' ? State.BEFORE_VALUE : afterSpace(b, State.AFTER_NAME);
            case BEFORE_VALUE ->
                Tokens.isSpace(b)
                        ? State.BEFORE_VALUE
                        : b == '"' ? State.QUOTED : Tokens.is(Tokens.TOKEN, b) ? State.VALUE : null;
            case VALUE -> Tokens.is(Tokens.TOKEN, b) ? State.VALUE : afterSpace(b, State.BEFORE_SEMICOLON);
            case QUOTED ->
                b == '"'
                        ? State.AFTER_QUOTED
                        : b == '\\' ? State.QUOTED_PAIR : Tokens.is(Tokens.VALUE, b) ? State.QUOTED : null;
            case QUOTED_PAIR -> Tokens.is(Tokens.VALUE, b) ? State.QUOTED : null;
            case AFTER_QUOTED -> afterSpace(b, State.BEFORE_SEMICOLON);
            default -> null;
        };
    }

    /** Where BWS may stand before a semicolon. */
    private static State afterSpace(final byte b, final State onSpace) {
        return b == ';' ? State.BEFORE_NAME : Tokens.isSpace(b) ? onSpace : null;
    }

    private int bad(final byte b) {
        if (b == '\n') {
            return bad(BodyError.LINE_END);
        }
        return bad(state == State.SIZE ? BodyError.CHUNK_SIZE : BodyError.CHUNK_EXTENSION);
    }

    private int bad(final BodyError reason) {
        error = reason;
        return BAD;
    }
}
