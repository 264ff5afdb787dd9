package openclaw.edge.proxy.h2;

import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Headers;

/** Decodes header blocks into the loop's {@link FieldBlock}. One per connection, since HPACK's dynamic table is. */
final class BlockDecoder extends DefaultHttp2HeadersDecoder {
    /** A list this many times longer than the limit is no large head but an attack: the connection ends. */
    static final int BOMB_FACTOR = 8;

    private final H2Loop h2;

    BlockDecoder(final H2Loop h2) {
        super(false, (long) BOMB_FACTOR * h2.settings().headBytes());
        this.h2 = h2;
    }

    /** The limit that was announced is kept by the {@link FieldBlock}, which lets the request be answered. */
    @Override
    public void maxHeaderListSize(final long max, final long goAwayMax) {}

    @Override
    protected Http2Headers newHeaders() {
        return h2.block.begin(h2.settings().headBytes());
    }
}
