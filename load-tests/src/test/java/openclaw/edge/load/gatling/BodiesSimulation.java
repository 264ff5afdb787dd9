package openclaw.edge.load.gatling;

import static io.gatling.javaapi.core.CoreDsl.ByteArrayBody;
import static io.gatling.javaapi.core.CoreDsl.constantConcurrentUsers;
import static io.gatling.javaapi.core.CoreDsl.md5;
import static io.gatling.javaapi.core.CoreDsl.scenario;
import static io.gatling.javaapi.http.HttpDsl.header;
import static io.gatling.javaapi.http.HttpDsl.http;

import io.gatling.javaapi.http.HttpRequestActionBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.CRC32C;
import openclaw.edge.load.harness.MemoryWatch;

/**
 * Large bodies both ways at once: every byte arrives as it was sent, while the node holds little of any of them.
 *
 * <p>{@code -Dusers=} (8) that send and fetch without a pause, {@code -Dseconds=} (15), {@code -Dbytes=} (4 MiB) each way. With {@code
 * -Dtarget=}, {@code -Dpath=} takes the bodies, and what it answers is not looked into. Asserts status 200, checksums, that the node held
 * at most 160 KiB for each user, and the books.
 */
public final class BodiesSimulation extends EdgeSimulation {
    private static final int USUAL_BYTES = 4 << 20;
    private static final int MOST_BYTES = 10 << 20;
    private static final long HELD_BYTES_PER_USER = 160 << 10;

    private final int users = Knobs.number("users", 8, 1, 1_000);
    private final int bytes = Knobs.number("bytes", USUAL_BYTES, 1, MOST_BYTES);
    private MemoryWatch watch;

    /** Sets it up. */
    public BodiesSimulation() {
        super(OwnNode::make);
        run(
                atOnce(),
                scenario("bodies")
                        .exec(counted(request(), 200))
                        .injectClosed(constantConcurrentUsers(users).during(Knobs.seconds(15))));
    }

    private HttpRequestActionBuilder request() {
        final byte[] body = LoadUpstream.bytes(0, bytes);
        final CRC32C sum = new CRC32C();
        sum.update(body);
        final HttpRequestActionBuilder request = http("there and back")
                .post(path("/bulk?bytes=" + bytes))
                .header("x-api-key", target.keys().get(0))
                .body(ByteArrayBody(body));
        return target instanceof OwnNode
                ? request.check(header("X-Received-CRC").is(Long.toString(sum.getValue())), md5().is(digest(body)))
                : request;
    }

    private static String digest(final byte[] body) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(body));
        } catch (final NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has MD5", e);
        }
    }

    @Override
    public void before() {
        super.before();
        if (target instanceof OwnNode own) {
            try {
                watch = MemoryWatch.of(own.node());
            } catch (final IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Override
    List<Row> more() {
        if (watch == null) {
            return List.of();
        }
        watch.close();
        return List.of(
                Row.told("MiB each way", Long.toString((clients.answered() * bytes) >> 20)),
                Row.atMost("bytes held for clients at most", watch.mostHeldBytes(), users * HELD_BYTES_PER_USER));
    }
}
