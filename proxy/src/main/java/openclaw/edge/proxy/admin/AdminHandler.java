package openclaw.edge.proxy.admin;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.exporter.common.TextFormat;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import openclaw.edge.proxy.answer.Problem;
import openclaw.edge.proxy.answer.Shape;
import openclaw.edge.sync.ClusterView;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers requests on the admin listener; on its one event loop. */
@Sharable
final class AdminHandler extends SimpleChannelInboundHandler<FullHttpRequest> {
    private static final Logger LOG = LoggerFactory.getLogger(AdminHandler.class);
    private static final String JSON = "application/json";
    private static final String TEXT = "text/plain; charset=utf-8";
    private static final String PROBLEM = "application/problem+json";
    private static final String CLUSTER = "/v1/cluster";
    private static final String TENANTS = "/v1/tenants";
    private static final String USAGE = "/usage";
    private static final Problem NO_TOKEN =
            Problem.of(401, "The admin token is missing or wrong: send it as 'Authorization: Bearer <token>'.");
    private static final Problem WRONG_HOST =
            Problem.of(421, "Host is not the name of the admin listener: use the address of admin.listen.");
    private static final Problem NOT_FOUND = Problem.of(
            404,
            "Nothing is here. There are /health/live, /health/ready, /metrics, /v1/cluster, /v1/tenants,"
                    + " /v1/tenants/ID/usage.");
    private static final Problem NO_TENANT = Problem.of(404, "The catalog has no tenant of this id.");
    private static final Problem METHOD = Problem.of(405, "Only GET and HEAD are answered here.");
    private static final Problem MALFORMED = Problem.of(400, "The request cannot be read.");
    private static final Problem FAILED = Problem.of(500, "The answer could not be made; the log says why.");

    private final AdminSources sources;
    private final AdminAccess access;
    private final CollectorRegistry metrics;
    private final UsageView usage;
    private final ClusterPage cluster;

    AdminHandler(final AdminSources sources, final AdminAccess access, final CollectorRegistry metrics) {
        this.sources = sources;
        this.access = access;
        this.metrics = metrics;
        this.usage = new UsageView(sources);
        this.cluster = new ClusterPage(sources);
    }

    @Override
    protected void channelRead0(final ChannelHandlerContext context, final FullHttpRequest request) {
        FullHttpResponse response;
        try {
            response = answer(request);
        } catch (final RuntimeException e) {
            LOG.error("admin: {} failed", path(request), e);
            response = problem(FAILED);
        }
        response.headers().set(HttpHeaderNames.CACHE_CONTROL, "no-store");
        response.headers()
                .setInt(HttpHeaderNames.CONTENT_LENGTH, response.content().readableBytes());
        if (request.method().equals(HttpMethod.HEAD)) {
            response.content().clear();
        }
        context.writeAndFlush(response, context.voidPromise());
    }

    private FullHttpResponse answer(final FullHttpRequest request) {
        if (request.decoderResult().isFailure()) {
            return problem(MALFORMED);
        }
        final String path = path(request);
        final boolean isRead =
                request.method().equals(HttpMethod.GET) || request.method().equals(HttpMethod.HEAD);
        if (isRead && path.equals("/health/live")) {
            return ok(JSON, "{\"status\":\"live\"}\n");
        }
        if (isRead && path.equals("/health/ready")) {
            return ready();
        }
        if (!access.isOwnHost(request.headers().get(HttpHeaderNames.HOST))) {
            return problem(WRONG_HOST);
        }
        if (!access.isAuthorized(request.headers().get(HttpHeaderNames.AUTHORIZATION))) {
            final FullHttpResponse refused = problem(NO_TOKEN);
            refused.headers().set(HttpHeaderNames.WWW_AUTHENTICATE, "Bearer realm=\"openclaw-admin\"");
            return refused;
        }
        if (!isRead) {
            final FullHttpResponse refused = problem(METHOD);
            refused.headers().set(HttpHeaderNames.ALLOW, "GET, HEAD");
            return refused;
        }
        return path.equals(CLUSTER) ? cluster(request) : page(path);
    }

    /** A table where text is wanted, else JSON. */
    private FullHttpResponse cluster(final FullHttpRequest request) {
        final boolean isText = "text/plain".equals(request.headers().get(HttpHeaderNames.ACCEPT));
        return isText ? ok(TEXT, cluster.text()) : respond(HttpResponseStatus.OK, JSON, cluster.json());
    }

    private FullHttpResponse ready() {
        final boolean ready = sources.ready().getAsBoolean();
        final byte[] body = JsonText.of(json -> {
            json.writeStartObject();
            json.writeStringField("status", ready ? "ready" : "not ready");
            json.writeStringField("journal", sources.others().journal().get().label());
            json.writeStringField("tables", sources.tables().files());
            final ClusterView view = sources.others().cluster().get().view();
            if (view != null) {
                json.writeObjectFieldStart("cluster");
                json.writeNumberField("members_all", view.all());
                json.writeNumberField("members_reachable", view.reachable());
                json.writeNumberField("unheard_addresses", view.unheardAddresses());
                json.writeStringField(view.isReady() ? "began" : "waits", view.why());
                json.writeEndObject();
            }
            json.writeEndObject();
        });
        final FullHttpResponse response = respond(HttpResponseStatus.OK, JSON, body);
        response.setStatus(ready ? HttpResponseStatus.OK : HttpResponseStatus.SERVICE_UNAVAILABLE);
        return response;
    }

    private FullHttpResponse page(final String path) {
        if (path.equals("/metrics")) {
            return ok(TextFormat.CONTENT_TYPE_004, metrics());
        }
        if (path.equals(TENANTS)) {
            return respond(HttpResponseStatus.OK, JSON, usage.tenants());
        }
        if (path.startsWith(TENANTS + "/")
                && path.endsWith(USAGE)
                && path.length() > TENANTS.length() + USAGE.length()) {
            final byte[] body = usage.usage(path.substring(TENANTS.length() + 1, path.length() - USAGE.length()));
            return body == null ? problem(NO_TENANT) : respond(HttpResponseStatus.OK, JSON, body);
        }
        return problem(NOT_FOUND);
    }

    private String metrics() {
        final StringWriter out = new StringWriter();
        try {
            TextFormat.write004(out, metrics.metricFamilySamples());
        } catch (final IOException e) {
            throw new UncheckedIOException("writing to memory failed", e);
        }
        return out.toString();
    }

    private static String path(final FullHttpRequest request) {
        final int query = request.uri().indexOf('?');
        return query < 0 ? request.uri() : request.uri().substring(0, query);
    }

    private static FullHttpResponse ok(final String contentType, final String text) {
        return respond(HttpResponseStatus.OK, contentType, text.getBytes(StandardCharsets.UTF_8));
    }

    private static FullHttpResponse problem(final Problem problem) {
        return respond(HttpResponseStatus.valueOf(problem.status()), PROBLEM, problem.render(Shape.PROBLEM));
    }

    private static FullHttpResponse respond(
            final HttpResponseStatus status, final String contentType, final byte[] bytes) {
        final ByteBuf content = Unpooled.wrappedBuffer(bytes);
        final FullHttpResponse response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, content);
        response.headers().set(HttpHeaderNames.CONTENT_TYPE, contentType);
        return response;
    }

    @Override
    public void exceptionCaught(final ChannelHandlerContext context, final Throwable cause) {
        LOG.debug("admin: a connection failed", cause);
        context.close();
    }
}
