package openclaw.edge.bench;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import openclaw.edge.proxy.exchange.Head;
import openclaw.edge.proxy.h1.HeadError;
import openclaw.edge.proxy.h1.HeadLimits;
import openclaw.edge.proxy.h1.RequestHeadParser;
import openclaw.edge.proxy.identify.AgentRules;
import openclaw.edge.proxy.identify.ApiKeyTable;
import openclaw.edge.proxy.identify.FieldRef;
import openclaw.edge.proxy.identify.Identifier;
import openclaw.edge.proxy.identify.Identity;
import openclaw.edge.proxy.identify.IdentityRules;
import openclaw.edge.proxy.identify.IdentityVerdict;
import openclaw.edge.proxy.identify.TenantIndex;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Who sent a request: its API key to a tenant (SHA-256 and table), its agent, by the rules of a catalog with so many keys. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class IdentifyBench {
    private static final byte[] LOOPBACK = {127, 0, 0, 1};

    /** Keys in the catalog, each of a tenant of its own. */
    @Param({"10", "100000"})
    public int keys;

    private final Identifier identifier = new Identifier();
    private final Identity identity = new Identity();
    private final Head known = new Head();
    private final Head unknown = new Head();
    private IdentityRules rules;

    /** Makes the table, and two requests. */
    @Setup
    public void open() throws NoSuchAlgorithmException {
        final ApiKeyTable table = new ApiKeyTable(keys);
        final List<byte[]> tenants = new ArrayList<>();
        final MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
        for (int i = 0; i < keys; i++) {
            table.put(sha256.digest(ascii(key(i))), i);
            tenants.add(ascii("tenant-" + i));
        }
        rules = new IdentityRules(
                IdentityRules.Mode.API_KEY,
                table,
                new TenantIndex(tenants),
                Identity.NO_TENANT,
                address -> false,
                new AgentRules(List.of(new FieldRef("X-Agent-ID")), "default", List.of()));
        request(known, key(keys / 2));
        request(unknown, key(keys));
    }

    private static String key(final int number) {
        return String.format("oce_%032d", number);
    }

    private static byte[] ascii(final String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static void request(final Head head, final String key) {
        final byte[] bytes = ascii("GET /v1/rate?subject=example.com HTTP/1.1\r\nHost: edge\r\nAuthorization: Bearer "
                + key + "\r\nX-Agent-ID: crawler-7\r\n\r\n");
        final int at = head.append(bytes);
        final HeadError error = new RequestHeadParser().parse(head, at, bytes.length, HeadLimits.REQUEST);
        if (error != HeadError.NONE) {
            throw new IllegalStateException("the request is refused: " + error);
        }
    }

    /** A key of the catalog. */
    @Benchmark
    public IdentityVerdict knownKey() {
        return identify(known, IdentityVerdict.IDENTIFIED);
    }

    /** A key of nobody. */
    @Benchmark
    public IdentityVerdict unknownKey() {
        return identify(unknown, IdentityVerdict.UNKNOWN_KEY);
    }

    private IdentityVerdict identify(final Head head, final IdentityVerdict expected) {
        identity.reset();
        final IdentityVerdict verdict = identifier.identify(head, LOOPBACK, rules, identity);
        if (verdict != expected) {
            throw new IllegalStateException("identified as " + verdict + ", expected " + expected);
        }
        return verdict;
    }
}
