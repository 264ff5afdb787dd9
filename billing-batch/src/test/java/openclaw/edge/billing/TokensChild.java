package openclaw.edge.billing;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import openclaw.edge.ledger.Ledger;
import openclaw.edge.ledger.LedgerConfig;
import openclaw.edge.ledger.lane.Lane;
import openclaw.edge.ledger.record.Outcome;
import openclaw.edge.ledger.record.Phase;
import openclaw.edge.ledger.record.UsageRecord;
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.SleepingMillisIdleStrategy;
import org.agrona.concurrent.status.AtomicCounter;

/**
 * A process that counts, admits, records and refunds in the order of an event loop until it is killed, a TICK each millisecond
 * meanwhile; says {@code r} for each hundred records.
 */
final class TokensChild {
    private static final byte[] TENANT = "acme".getBytes(StandardCharsets.UTF_8);
    private static final int OPEN = 8;

    private final AtomicLong admitted = new AtomicLong();
    private final AtomicLong consumed = new AtomicLong();
    private final AtomicLong refunded = new AtomicLong();

    private TokensChild() {}

    static Process start(Path data) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(argument -> argument.startsWith("--") || argument.startsWith("-Dchronicle"))
                .forEach(command::add);
        command.addAll(List.of(
                "-Xmx128m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                TokensChild.class.getName(),
                data.toString()));
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    public static void main(String[] args) throws IOException {
        new TokensChild().run(Path.of(args[0]));
    }

    private void run(Path data) throws IOException {
        LedgerConfig config = LedgerConfig.of("edge-a")
                .withSlots(1024)
                .withClock(TokensChild::now)
                .withTickIntervalNs(1_000_000);
        Ledger ledger = Ledger.open(data, config, 1);
        ledger.tickSource(sink -> {
            long back = refunded.get();
            long requests = admitted.get();
            long tokens = consumed.get();
            sink.metric("requests", requests);
            sink.metric("requests_admitted", requests);
            sink.metric("tokens_consumed", tokens);
            sink.metric("tokens_refunded", back);
        });
        AtomicCounter none = null;
        AgentRunner.startOnThread(
                new AgentRunner(new SleepingMillisIdleStrategy(1), Throwable::printStackTrace, none, ledger.agent()));
        Lane lane = ledger.lane(0);
        int[] slots = new int[OPEN];
        long[] tokens = new long[OPEN];
        for (long count = 0; ; count++) {
            int i = (int) (count % OPEN);
            if (count >= OPEN) {
                end(lane, slots[i], tokens[i], count % 3 == 0);
            }
            tokens[i] = 1 + count % 1000;
            slots[i] = admit(lane, tokens[i]);
            if (count % 100 == 0) {
                System.out.write('r');
                System.out.flush();
            }
        }
    }

    private static long now() {
        return System.currentTimeMillis() * 1_000_000L;
    }

    private int admit(Lane lane, long tokens) {
        int slot = lane.claim();
        while (slot == Lane.NO_SLOT) {
            Thread.onSpinWait();
            slot = lane.claim();
        }
        consumed.addAndGet(tokens);
        lane.admission(slot).admittedNs(now()).admittedTokens(tokens).tenant(TENANT, 0, TENANT.length);
        lane.admitted(slot);
        admitted.incrementAndGet();
        lane.phase(slot, Phase.SENT);
        return slot;
    }

    private void end(Lane lane, int slot, long tokens, boolean isExempt) {
        UsageRecord record = lane.record(slot).outcome(Outcome.COMPLETE).status(200);
        if (isExempt) {
            record.exempt(true).chargedTokens(0);
        }
        lane.commit(slot);
        if (isExempt) {
            refunded.addAndGet(tokens);
        }
    }
}
