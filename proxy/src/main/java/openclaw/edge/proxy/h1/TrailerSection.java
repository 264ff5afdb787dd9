package openclaw.edge.proxy.h1;

import io.netty.buffer.ByteBuf;
import openclaw.edge.proxy.exchange.Head;

/**
 * The field lines after the last chunk (RFC 9112 section 7.1.2), gathered in pieces of any size and parsed when whole. They
 * stay apart from the message's own fields. Every field of a known name is dropped: what frames, routes, authenticates,
 * identifies or describes the content is too late here (RFC 9110 section 6.5.1).
 */
final class TrailerSection {
    private final Head head = new Head();
    private final FieldLines fieldLines = new FieldLines(false);
    private int lineStart;
    private boolean complete;

    void reset() {
        head.reset();
        lineStart = 0;
        complete = false;
    }

    /** Whether the empty line was read. */
    boolean isComplete() {
        return complete;
    }

    Head head() {
        return head;
    }

    /** Consumes input up to the section's end. Returns {@link BodyError#NONE} or what is wrong. */
    BodyError read(final ByteBuf in, final HeadLimits limits) {
        while (in.isReadable() && !complete) {
            final int from = in.readerIndex();
            final int lineFeed = in.indexOf(from, in.writerIndex(), (byte) '\n');
            final int count = (lineFeed < 0 ? in.writerIndex() : lineFeed + 1) - from;
            if (head.length() + count > limits.headBytes()) {
                return BodyError.TRAILER_TOO_LARGE;
            }
            final int at = head.claim(count);
            in.readBytes(head.bytes(), at, count);
            if (lineFeed >= 0) {
                final int end = head.length();
                if (end - lineStart < 2 || head.bytes()[end - 2] != '\r') {
                    return BodyError.LINE_END;
                }
                complete = end - lineStart == 2;
                lineStart = end;
            }
        }
        return complete ? parse(limits) : BodyError.NONE;
    }

    private BodyError parse(final HeadLimits limits) {
        final HeadError wrong = fieldLines.parse(head, 0, head.length(), limits.fields());
        if (wrong != HeadError.NONE) {
            return wrong == HeadError.TOO_MANY_FIELDS ? BodyError.TRAILER_TOO_LARGE : BodyError.TRAILER;
        }
        for (int i = 0; i < head.fieldCount(); i++) {
            if (head.id(i) > 0) {
                head.drop(i);
            }
        }
        return BodyError.NONE;
    }
}
