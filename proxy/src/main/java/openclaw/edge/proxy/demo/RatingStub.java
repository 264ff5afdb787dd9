package openclaw.edge.proxy.demo;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A stand-in for the Rating API: {@code GET /v1/rate?subject=}, {@code POST /v1/rate} with {@code {"subject": ...}}, and
 * {@code GET /health}. Every answer is JSON. Not made for load: it uses Netty's own HTTP objects.
 */
public final class RatingStub implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RatingStub.class);
    private static final int MAX_BODY_BYTES = 64 * 1024;
    private static final JsonFactory JSON = new JsonFactory();

    private final EventLoopGroup group;
    private final Channel channel;

    private RatingStub(EventLoopGroup group, Channel channel) {
        this.group = group;
        this.channel = channel;
    }

    /**
     * Serves on an address; port 0 takes a free one.
     *
     * @throws IOException when the address cannot be had
     */
    public static RatingStub start(InetSocketAddress address) throws IOException {
        EventLoopGroup group = new MultiThreadIoEventLoopGroup(
                1, new DefaultThreadFactory("rating-stub", true), NioIoHandler.newFactory());
        var bound = new ServerBootstrap()
                .group(group)
                .channel(NioServerSocketChannel.class)
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel client) {
                        client.pipeline()
                                .addLast(
                                        new HttpServerCodec(), new HttpObjectAggregator(MAX_BODY_BYTES), new Handler());
                    }
                })
                .bind(address)
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            stop(group);
            throw new IOException(
                    "cannot listen on " + address + ": " + bound.cause().getMessage(), bound.cause());
        }
        return new RatingStub(group, bound.channel());
    }

    /** The port it serves on. */
    public int port() {
        return ((InetSocketAddress) channel.localAddress()).getPort();
    }

    @Override
    public void close() {
        channel.close().awaitUninterruptibly();
        stop(group);
    }

    private static void stop(EventLoopGroup group) {
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    private static final class Handler extends SimpleChannelInboundHandler<FullHttpRequest> {
        @Override
        protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
            FullHttpResponse response = answer(request);
            boolean keepAlive =
                    HttpUtil.isKeepAlive(request) && request.decoderResult().isSuccess();
            response.headers().set(HttpHeaderNames.CONTENT_TYPE, "application/json");
            response.headers()
                    .setInt(HttpHeaderNames.CONTENT_LENGTH, response.content().readableBytes());
            HttpUtil.setKeepAlive(response, keepAlive);
            if (request.method().equals(HttpMethod.HEAD)) {
                response.content().clear();
            }
            var written = context.writeAndFlush(response);
            if (!keepAlive) {
                written.addListener(ChannelFutureListener.CLOSE);
            }
        }

        private static FullHttpResponse answer(FullHttpRequest request) {
            if (request.decoderResult().isFailure()) {
                return error(HttpResponseStatus.BAD_REQUEST, "not an HTTP request");
            }
            QueryStringDecoder target = new QueryStringDecoder(request.uri());
            try {
                return switch (target.rawPath()) {
                    case "/v1/rate" -> rate(request, target);
                    case "/health" -> json(HttpResponseStatus.OK, "{\"status\":\"ok\"}");
                    default -> error(HttpResponseStatus.NOT_FOUND, "there are /v1/rate and /health");
                };
            } catch (IllegalArgumentException e) {
                return error(HttpResponseStatus.BAD_REQUEST, e.getMessage());
            }
        }

        private static FullHttpResponse rate(FullHttpRequest request, QueryStringDecoder target) {
            HttpMethod method = request.method();
            if (method.equals(HttpMethod.GET) || method.equals(HttpMethod.HEAD)) {
                List<String> subjects = target.parameters().getOrDefault("subject", List.of());
                if (subjects.size() != 1) {
                    throw new IllegalArgumentException("expected one subject in the query, found " + subjects.size());
                }
                return json(HttpResponseStatus.OK, Rating.of(subjects.get(0)).json());
            }
            if (method.equals(HttpMethod.POST)) {
                byte[] body = ByteBufUtil.getBytes(request.content());
                return json(HttpResponseStatus.OK, Rating.of(subject(body)).json());
            }
            FullHttpResponse response = error(HttpResponseStatus.METHOD_NOT_ALLOWED, "there are GET and POST");
            response.headers().set(HttpHeaderNames.ALLOW, "GET, HEAD, POST");
            return response;
        }

        /** The one top-level {@code subject} of a JSON object. */
        private static String subject(byte[] body) {
            String subject = null;
            try (JsonParser json = JSON.createParser(body)) {
                if (json.nextToken() != JsonToken.START_OBJECT) {
                    throw new IllegalArgumentException("expected a JSON object with a subject");
                }
                for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
                    JsonToken value = json.nextToken();
                    if (name.equals("subject") && (value != JsonToken.VALUE_STRING || subject != null)) {
                        throw new IllegalArgumentException("expected one subject, a string");
                    }
                    subject = name.equals("subject") ? json.getText() : subject;
                    json.skipChildren();
                }
                if (json.nextToken() != null) {
                    throw new IllegalArgumentException("expected nothing after the JSON object");
                }
            } catch (IOException e) {
                throw new IllegalArgumentException("the body is not JSON", e);
            }
            if (subject == null) {
                throw new IllegalArgumentException("expected a subject in the JSON object");
            }
            return subject;
        }

        private static FullHttpResponse error(HttpResponseStatus status, String message) {
            return json(
                    status,
                    "{\"error\":{\"status\":" + status.code() + ",\"message\":\"" + Rating.escaped(message) + "\"}}");
        }

        private static FullHttpResponse json(HttpResponseStatus status, String body) {
            return new DefaultFullHttpResponse(
                    HttpVersion.HTTP_1_1, status, Unpooled.copiedBuffer(body + "\n", StandardCharsets.UTF_8));
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            if (!(cause instanceof IOException)) {
                LOG.warn("the stand-in closes a connection", cause);
            }
            context.close();
        }
    }
}
