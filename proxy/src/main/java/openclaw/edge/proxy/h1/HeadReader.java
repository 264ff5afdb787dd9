package openclaw.edge.proxy.h1;

import io.netty.buffer.ByteBuf;
import openclaw.edge.proxy.exchange.EdgeCounter;
import openclaw.edge.proxy.exchange.Head;

/** Finds and parses the request heads of one client connection. */
final class HeadReader {
    /** There is no whole head yet. */
    static final int NEED_MORE = Integer.MIN_VALUE;

    private final HeadScanner scanner = HeadScanner.forRequests();
    private final H1Loop h1;

    HeadReader(final H1Loop h1) {
        this.h1 = h1;
    }

    /** Looks for the end of a head; {@link #NEED_MORE}, or a result for {@link #read}. */
    int find(final ByteBuf in) {
        final int length = scanner.scan(in, h1.settings.requestLimits());
        return length == HeadScanner.NEED_MORE ? NEED_MORE : length;
    }

    /**
     * Reads the head that was found.
     *
     * @param found what {@link #find} returned
     * @param in is read up to the head's end, or wholly when there is no telling where that is
     * @return what is wrong with it; {@link HeadError#NONE} when it is complete and legal
     */
    HeadError read(final int found, final ByteBuf in, final Head head) {
        if (found == HeadScanner.BAD) {
            in.skipBytes(in.readableBytes());
            final HeadError error = scanner.error();
            scanner.reset();
            return error;
        }
        final int at = head.claim(found);
        in.readBytes(head.bytes(), at, found);
        scanner.reset();
        final HeadError error = h1.requestParser.parse(head, at, found, h1.settings.requestLimits());
        if (h1.requestParser.lookalikes() > 0) {
            h1.loop.counters().add(EdgeCounter.FIELDS_LOOKALIKE, h1.requestParser.lookalikes());
        }
        if (error != HeadError.NONE) {
            return error;
        }
        if (head.nominations() > 0) {
            ConnectionOptions.dropNominated(head);
        }
        return HeadError.NONE;
    }

    /** Forgets an unfinished head. */
    void reset() {
        scanner.reset();
    }
}
