package openclaw.edge.ledger.read;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import openclaw.edge.ledger.Exchanges;
import openclaw.edge.ledger.Ledger;
import openclaw.edge.ledger.LedgerConfig;
import openclaw.edge.ledger.ManualClock;
import openclaw.edge.ledger.journal.RawJournal;
import openclaw.edge.ledger.lane.Lane;
import openclaw.edge.ledger.record.CloseRecord;
import openclaw.edge.ledger.record.Life;
import openclaw.edge.ledger.record.NameKind;
import openclaw.edge.ledger.record.OpenRecord;
import openclaw.edge.ledger.record.Outcome;
import openclaw.edge.ledger.record.Phase;
import openclaw.edge.ledger.record.UsageRecord;
import openclaw.edge.ledger.record.UsageRecordDescriptor;
import openclaw.edge.ledger.record.VoidRecord;

/**
 * Makes the golden journals of the layout version that is written now: {@code journals-v<version>.zip} and what it reads as,
 * {@code journals-v<version>.txt}. To be run once for each new version, never to mend a test: files that were written once
 * must read the same for ever.
 *
 * <p>In them: {@code edge-a}, killed and recovered in the next hour, all outcomes and an interim record; {@code edge-b}, two
 * hours, a catalog, TICKs with metrics and a life heard, a loss; {@code edge-c}, written record by record, with a VOID and
 * gaps; an older copy of edge-a's first file, and one of edge-b's that is cut off.
 */
final class GoldenJournals {
    private static final long HOUR_NS = 3_600_000_000_000L;
    private static final long SECOND_NS = 1_000_000_000L;
    private static final int REST = 64;

    private final Path root;
    private final TreeMap<String, byte[]> files = new TreeMap<>();
    private Life lifeA;

    private GoldenJournals(final Path root) {
        this.root = root;
    }

    /** Argument: folder of the resources. */
    public static void main(final String[] args) throws IOException {
        final Path out = Path.of(args[0]);
        final Path root = Files.createTempDirectory("golden");
        final GoldenJournals golden = new GoldenJournals(root);
        golden.edgeA();
        golden.edgeB();
        golden.edgeC();
        golden.copies();
        final Path read = root.resolve("read");
        for (final Map.Entry<String, byte[]> file : golden.files.entrySet()) {
            Files.createDirectories(read.resolve(file.getKey()).getParent());
            Files.write(read.resolve(file.getKey()), file.getValue());
        }
        try (OutputStream bytes = Files.newOutputStream(out.resolve("journals-v1.zip"));
                ZipOutputStream zip = new ZipOutputStream(bytes, StandardCharsets.UTF_8)) {
            for (final Map.Entry<String, byte[]> file : golden.files.entrySet()) {
                final ZipEntry entry = new ZipEntry(file.getKey());
                entry.setTime(0);
                zip.putNextEntry(entry);
                zip.write(file.getValue());
            }
        }
        Files.writeString(out.resolve("journals-v1.txt"), JournalText.of(read));
    }

    private void keep(final String node, final Path journal) throws IOException {
        SmallJournal.files(journal)
                .forEach((name, bytes) ->
                        files.put(node + "/" + name, Arrays.copyOf(bytes, bytes.length - SmallJournal.REST + REST)));
    }

    private void edgeA() throws IOException {
        final ManualClock clock = new ManualClock();
        final LedgerConfig config = LedgerConfig.of("edge-a").withSlots(64).withClock(clock);
        final Path data = root.resolve("a");
        final Ledger killed = Ledger.open(data, config, 2);
        lifeA = killed.life();
        final Lane lane = killed.lane(0);
        for (final Outcome outcome : Outcome.values()) {
            if (outcome != Outcome.IN_DOUBT) {
                end(lane, Exchanges.admit(lane, clock.nanoTime(), Exchanges.bytes("tenant-ä"), 3, false), outcome);
            }
        }
        killed.agent().doWork();
        clock.advanceNs(SECOND_NS);
        final int streaming = Exchanges.admit(killed.lane(1), clock.nanoTime());
        killed.lane(1).phase(streaming, Phase.STREAMING);
        killed.lane(1).interim(streaming).bytesOut(1 << 20);
        killed.lane(1).commitInterim(streaming);
        killed.agent().doWork();
        Exchanges.whole(lane, clock.nanoTime());
        // Killed here: the lanes and the journal go on in another place.
        final Path next = root.resolve("a-next");
        SmallJournal.copyTree(data.resolve("lanes"), next.resolve("lanes"));
        Files.move(Ledger.journalDirectory(data), Ledger.journalDirectory(next));
        clock.advanceNs(HOUR_NS);
        try (Ledger ledger = Ledger.open(next, config, 1)) {
            ledger.agent().doWork();
            Exchanges.whole(ledger.lane(0), clock.nanoTime());
        }
        keep("edge-a", Ledger.journalDirectory(next));
    }

    private static void end(final Lane lane, final int slot, final Outcome outcome) {
        lane.phase(slot, Phase.SENT);
        lane.record(slot)
                .outcome(outcome)
                .status(200 + 100 * outcome.code())
                .bytesIn(11)
                .bytesOut(22)
                .inputTokens(33)
                .outputTokens(44)
                .latencyNs(55);
        lane.commit(slot);
    }

    private void edgeB() throws IOException {
        final ManualClock clock = new ManualClock();
        final Path data = root.resolve("b");
        try (Ledger ledger =
                Ledger.open(data, LedgerConfig.of("edge-b").withSlots(64).withClock(clock), 1)) {
            ledger.tickSource(sink -> {
                sink.heard(lifeA.high(), lifeA.low(), new long[] {6, 1});
                sink.metric("requests", 17);
                sink.metric("tokens", 4711);
            });
            ledger.catalog(Exchanges.bytes("catalog 1"), clock.nanoTime());
            final byte[] tenant = Exchanges.bytes("tenant-abc123");
            for (int i = 0; i < 8; i++) {
                Exchanges.whole(ledger.lane(0), clock.nanoTime());
                ledger.agent().doWork();
                clock.advanceNs(20 * 60 * SECOND_NS);
            }
            ledger.lane(0).loss(tenant, 0, tenant.length, 5, clock.nanoTime());
        }
        keep("edge-b", Ledger.journalDirectory(data));
    }

    private void edgeC() throws IOException {
        final Life life = Life.random();
        final long nowNs = ManualClock.START_NS;
        final Path journal = root.resolve("c");
        try (RawJournal raw = new RawJournal(journal, life, nowNs)) {
            raw.append(to -> new OpenRecord()
                    .begin(to, 0, life, nowNs)
                    .lanes(1)
                    .previous(Life.NONE, new long[0])
                    .end("edge-c"));
            final long tenant = raw.name(NameKind.TENANT, "tenant-c");
            for (final long sequence : new long[] {1, 2, 5, 8}) {
                raw.append(to -> new UsageRecord()
                        .begin(to, 0, life.high(), life.low(), 0)
                        .sequence(sequence)
                        .outcome(Outcome.COMPLETE)
                        .flags(UsageRecordDescriptor.FLAG_FINAL)
                        .status(200)
                        .requests(1)
                        .phase(Phase.STREAMING.code())
                        .admittedNs(nowNs + sequence)
                        .exchange(sequence)
                        .tenantId(tenant)
                        .admittedTokens(2)
                        .chargedTokens(2));
            }
            raw.append(to -> new VoidRecord().begin(to, 0, life, 0, nowNs).range(3, 4));
            raw.append(to -> new CloseRecord().begin(to, 0, life, nowNs + SECOND_NS, new long[] {9}));
        }
        keep("edge-c", journal);
    }

    private void copies() throws IOException {
        final Map.Entry<String, byte[]> a = files.firstEntry();
        final List<SmallJournal.Place> places =
                SmallJournal.places(Files.write(root.resolve("places.cq4"), a.getValue()));
        final byte[] older = a.getValue().clone();
        Arrays.fill(older, (int) places.get(places.size() - 3).position(), older.length, (byte) 0);
        files.put("copies/older/" + a.getKey().substring("edge-a/".length()), older);
        final String b = files.ceilingKey("edge-b/");
        final byte[] whole = files.get(b);
        files.put("copies/" + b.substring("edge-b/".length()), Arrays.copyOf(whole, whole.length - REST - 200));
    }
}
