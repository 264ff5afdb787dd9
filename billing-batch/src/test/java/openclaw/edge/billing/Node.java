package openclaw.edge.billing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import openclaw.edge.ledger.Ledger;
import openclaw.edge.ledger.LedgerConfig;
import openclaw.edge.ledger.journal.TickSource;
import openclaw.edge.ledger.lane.Lane;
import openclaw.edge.ledger.record.Outcome;
import openclaw.edge.ledger.record.Phase;
import openclaw.edge.ledger.record.UsageRecord;
import openclaw.edge.ledger.retain.RetentionAgent;
import openclaw.edge.ledger.retain.RetentionPolicy;
import openclaw.edge.ledger.retain.RetentionStatus;
import org.agrona.concurrent.EpochNanoClock;

/** A node's ledger, driven by hand as its event loops would. */
final class Node implements AutoCloseable {
    private static final EpochNanoClock CLOCK = () -> ns("2026-11-20T20:00:00Z");

    private final Path data;
    private final Ledger ledger;

    Node(Path data, String name, int lanes) {
        this(data, name, lanes, CLOCK);
    }

    Node(Path data, String name, int lanes, EpochNanoClock clock) {
        this.data = data;
        try {
            ledger = Ledger.open(data, LedgerConfig.of(name).withSlots(64).withClock(clock), lanes);
            ledger.agent().doWork();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static long ns(String instant) {
        Instant at = Instant.parse(instant);
        return Math.addExact(at.getEpochSecond() * 1_000_000_000L, at.getNano());
    }

    Path journal() {
        return Ledger.journalDirectory(data);
    }

    String life() {
        return ledger.life().toString();
    }

    /** What its TICKs say beside the ledger's own. */
    void metrics(TickSource source) {
        ledger.tickSource(source);
    }

    /** A request of one token that succeeds. */
    void request(String tenant, long admittedNs) {
        request(0, tenant, admittedNs, 1);
    }

    /** A request that succeeds. */
    void request(int lane, String tenant, long admittedNs, long tokens) {
        end(lane, open(lane, tenant, admittedNs, tokens, Phase.STREAMING), Outcome.COMPLETE, 200, true);
    }

    /** Opens an exchange and takes it to a phase. */
    int open(int laneIndex, String tenant, long admittedNs, long tokens, Phase phase) {
        Lane lane = ledger.lane(laneIndex);
        byte[] name = tenant.getBytes(StandardCharsets.UTF_8);
        int slot = lane.claim();
        if (slot == Lane.NO_SLOT) {
            throw new IllegalStateException("no permit; drain first");
        }
        lane.admission(slot)
                .admittedNs(admittedNs)
                .admittedTokens(tokens)
                .requestIdHash(77)
                .tenant(name, 0, name.length);
        lane.admitted(slot);
        if (phase != Phase.ADMITTED) {
            lane.phase(slot, phase);
        }
        return slot;
    }

    /** Ends an exchange as a proxy does that found it charged or exempt. */
    void end(int laneIndex, int slot, Outcome outcome, int status, boolean charged) {
        Lane lane = ledger.lane(laneIndex);
        UsageRecord record = lane.record(slot).outcome(outcome).status(status).latencyNs(5);
        if (!charged) {
            record.exempt(true).chargedTokens(0);
        }
        lane.commit(slot);
        drain();
    }

    void interim(int laneIndex, int slot, long chargedTokens) {
        ledger.lane(laneIndex).interim(slot).chargedTokens(chargedTokens).bytesOut(1);
        ledger.lane(laneIndex).commitInterim(slot);
    }

    /** A response served without a record. */
    void loss(int laneIndex, String tenant, long tokens, long nowNs) {
        byte[] name = tenant.getBytes(StandardCharsets.UTF_8);
        ledger.lane(laneIndex).loss(name, 0, name.length, tokens, nowNs);
    }

    void drain() {
        try {
            while (ledger.agent().doWork() > 0) {
                // Until nothing is left.
            }
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** Has what need not be kept deleted, as far as it may be. */
    RetentionStatus retain(RetentionPolicy policy) {
        RetentionAgent agent = ledger.retaining(() -> policy);
        agent.doWork();
        return agent.status();
    }

    /** The data directory as a kill at this instant would leave it, elsewhere. */
    Path killedCopy(Path to) {
        return copy(data, to);
    }

    static Path copy(Path from, Path to) {
        try {
            Files.walkFileTree(from, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes)
                        throws IOException {
                    Files.createDirectories(to.resolve(from.relativize(folder)));
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    if (!file.getFileName().toString().equals("ledger.lock")) {
                        Files.copy(file, to.resolve(from.relativize(file)));
                    }
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return to;
    }

    @Override
    public void close() {
        try {
            ledger.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
