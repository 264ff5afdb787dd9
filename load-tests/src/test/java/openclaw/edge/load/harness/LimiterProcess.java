package openclaw.edge.load.harness;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import openclaw.edge.sync.ClusterView;
import openclaw.edge.sync.EdgeLimiter;

/** A Java program that decides in its own process, by an {@link EdgeLimiter} on the tenant's limit that {@link ClusterNodes} have. */
public final class LimiterProcess implements AutoCloseable {
    private static final Pattern ANSWER = Pattern.compile(
            "(?m)^answer (\\d+): admitted (\\d+), remain (\\d+), connected (true|false), unsynced (-?\\d+), (\\d+) of (\\d+)$");

    private final JavaProcess process;
    private int asked;

    private LimiterProcess(final JavaProcess process) {
        this.process = process;
    }

    /**
     * What it said.
     *
     * @param admitted of the requests that it was told to decide
     * @param remaining tokens, as it knows
     * @param isConnected whether it shares the limit with the cluster now
     * @param unsynced tokens that some member has not acknowledged, -1 if not known
     * @param reachable k
     * @param all N
     */
    public record Answer(long admitted, long remaining, boolean isConnected, long unsynced, int reachable, int all) {}

    /** Starts it. */
    public static LimiterProcess start(
            final Path log, final ClusterNodes.Limits limits, final int gossipPort, final List<Integer> peers) {
        final StringBuilder addresses = new StringBuilder();
        peers.forEach(port -> addresses
                .append(addresses.isEmpty() ? "" : ",")
                .append("127.0.0.1:")
                .append(port));
        return new LimiterProcess(JavaProcess.start(
                log,
                List.of("-Xmx64m", "-XX:MaxDirectMemorySize=256m"),
                LimiterProcess.class.getName(),
                Integer.toString(gossipPort),
                addresses.toString(),
                Long.toString(limits.capacity()),
                Long.toString(limits.refillRate())));
    }

    /** Has it decide so many requests of a token each, one after another. */
    public Answer ask(final int requests) {
        asked++;
        process.tell(Integer.toString(requests));
        Await.until("an answer of the limiter", () -> find() != null);
        final Matcher found = find();
        return new Answer(
                Long.parseLong(found.group(2)),
                Long.parseLong(found.group(3)),
                Boolean.parseBoolean(found.group(4)),
                Long.parseLong(found.group(5)),
                Integer.parseInt(found.group(6)),
                Integer.parseInt(found.group(7)));
    }

    private Matcher find() {
        if (!process.isAlive()) {
            throw new IllegalStateException("the limiter ended:\n" + process.output());
        }
        final Matcher matcher = ANSWER.matcher(process.output());
        while (matcher.find()) {
            if (Integer.parseInt(matcher.group(1)) == asked) {
                return matcher;
            }
        }
        return null;
    }

    /** Has it close the limiter and end; its exit code. */
    public int end() {
        process.tell("end");
        return process.exitCode(60);
    }

    @Override
    public void close() {
        process.close();
    }

    /** The program: a number of requests on each line; port, peers, capacity and refill as arguments. */
    public static void main(final String[] args) throws IOException {
        final BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        try (EdgeLimiter limiter = EdgeLimiter.builder(EdgeFiles.TENANT)
                .perTenant("tenant", Long.parseLong(args[2]), Long.parseLong(args[3]), Duration.ofSeconds(1))
                .node("worker-1")
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(args[0])))
                .peers(args[1].split(","))
                .secrets(ClusterNodes.SECRET)
                .times(Duration.ofMillis(20), Duration.ofMillis(500), Duration.ofSeconds(5), Duration.ofMillis(500))
                .open()) {
            int count = 0;
            for (String line = lines.readLine(); line != null && !line.equals("end"); line = lines.readLine()) {
                long admitted = 0;
                for (int i = Integer.parseInt(line); i > 0; i--) {
                    admitted += limiter.tryConsume("", 1) ? 1 : 0;
                }
                final ClusterView view = limiter.cluster();
                System.out.printf(
                        "answer %d: admitted %d, remain %d, connected %b, unsynced %d, %d of %d%n",
                        ++count,
                        admitted,
                        limiter.probe("", 0).remainingTokens(),
                        limiter.isConnected(),
                        view.unsyncedTokens(),
                        view.reachable(),
                        view.all());
            }
        }
    }
}
