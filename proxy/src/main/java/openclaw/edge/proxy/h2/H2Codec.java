package openclaw.edge.proxy.h2;

import io.netty.handler.codec.http2.DefaultHttp2Connection;
import io.netty.handler.codec.http2.DefaultHttp2ConnectionDecoder;
import io.netty.handler.codec.http2.DefaultHttp2ConnectionEncoder;
import io.netty.handler.codec.http2.DefaultHttp2FrameReader;
import io.netty.handler.codec.http2.DefaultHttp2RemoteFlowController;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2PromisedRequestVerifier;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.UniformStreamByteDistributor;
import openclaw.edge.proxy.exchange.Peer;

/** Puts a connection together: the library's states and windows, our header blocks and frames. */
final class H2Codec {
    /** What a client may have open at once. */
    static final int MAX_STREAMS = 100;

    private H2Codec() {}

    /** A connection whose settings are as the configuration says now. */
    static H2Connection connection(final H2Loop h2, final Peer peer) {
        final Http2Settings settings = new Http2Settings()
                .maxConcurrentStreams(MAX_STREAMS)
                .initialWindowSize(RequestData.WINDOW_BYTES)
                .maxHeaderListSize(h2.settings().headBytes());
        final DefaultHttp2Connection connection = new DefaultHttp2Connection(true);
        connection
                .remote()
                .flowController(
                        new DefaultHttp2RemoteFlowController(connection, new UniformStreamByteDistributor(connection)));
        final FrameWriter writer = new FrameWriter(h2.loop.writeBuffers());
        final Http2ConnectionEncoder encoder = new DefaultHttp2ConnectionEncoder(connection, writer);
        final Http2ConnectionDecoder decoder = new DefaultHttp2ConnectionDecoder(
                connection,
                encoder,
                new DefaultHttp2FrameReader(new BlockDecoder(h2)),
                Http2PromisedRequestVerifier.ALWAYS_VERIFY,
                true,
                true,
                false);
        return new H2Connection(h2, peer, writer, decoder, encoder, settings);
    }
}
