package openclaw.edge.ledger.retain;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import openclaw.edge.ledger.archive.ArchiveWriter;
import openclaw.edge.ledger.read.NameDictionary;
import openclaw.edge.ledger.read.ReadReport;
import openclaw.edge.ledger.record.Life;
import openclaw.edge.ledger.record.NameRecord;
import openclaw.edge.ledger.record.OpenRecord;
import openclaw.edge.ledger.record.RecordRegion;
import openclaw.edge.ledger.record.UsageRecord;
import org.agrona.collections.LongHashSet;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Makes an archive of each tenant's records, which come tenant by tenant: each name and each life is told before its first use
 * there. Belongs to one thread.
 */
final class TenantArchives implements UsageRuns.Taker, Closeable {
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]{0,127}");
    private static final long[] NO_SEQUENCES = {};
    private static final int CONTROL_LENGTH = 1024;

    private final Path folder;
    private final Path aside;
    private final NameDictionary names;
    private final Map<Life, ReadReport.LifeSummary> lives = new HashMap<>();
    private final List<SealedArchive> sealed = new ArrayList<>();
    private final RecordRegion control =
            new RecordRegion(ByteBuffer.allocateDirect(CONTROL_LENGTH).order(ByteOrder.LITTLE_ENDIAN));
    private final UsageRecord record = new UsageRecord();
    private final LongHashSet named = new LongHashSet();
    private final Set<Life> opened = new HashSet<>();
    private ArchiveWriter writer;
    private long tenantId;
    private long records;
    private long lastLifeHigh;
    private long lastLifeLow;

    /**
     * Has made nothing.
     *
     * @param folder of the archives
     * @param aside where each is written before it is moved into place
     * @param names of the reading
     * @param report of the reading
     */
    TenantArchives(final Path folder, final Path aside, final NameDictionary names, final ReadReport report) {
        this.folder = folder;
        this.aside = aside;
        this.names = names;
        report.lives().forEach(life -> lives.put(life.life(), life));
    }

    @Override
    public void take(final UnsafeBuffer buffer, final int at) throws IOException {
        record.wrap(buffer, at);
        if (writer == null || record.tenantId() != tenantId) {
            end();
            begin(record.tenantId());
        }
        if (lastLifeHigh != record.lifeHigh() || lastLifeLow != record.lifeLow()) {
            lastLifeHigh = record.lifeHigh();
            lastLifeLow = record.lifeLow();
            open(record.life());
        }
        name(record.tenantId());
        name(record.agentId());
        name(record.routeId());
        name(record.modelId());
        writer.append(buffer, at);
        records++;
    }

    private void begin(final long ofTenant) throws IOException {
        tenantId = ofTenant;
        records = 0;
        named.clear();
        opened.clear();
        lastLifeHigh = 0;
        lastLifeLow = 0;
        writer = new ArchiveWriter(aside);
    }

    private void open(final Life life) throws IOException {
        final ReadReport.LifeSummary known = lives.get(life);
        if (known != null && known.openedNs() != Long.MIN_VALUE && opened.add(life)) {
            new OpenRecord()
                    .begin(control.buffer(), 0, life, known.openedNs())
                    .lanes(0)
                    .previous(known.previous(), NO_SEQUENCES)
                    .end(known.node());
            control.seal(0);
            writer.append(control.buffer(), 0);
        }
    }

    private void name(final long id) throws IOException {
        if (id == 0 || !named.add(id)) {
            return;
        }
        final NameDictionary.Name name = names.name(id);
        if (name != null) {
            final byte[] bytes = name.text().getBytes(StandardCharsets.UTF_8);
            new NameRecord()
                    .begin(control.buffer(), 0, Life.NONE, name.kind(), name.scope())
                    .name(new UnsafeBuffer(bytes), 0, bytes.length);
            control.seal(0);
            writer.append(control.buffer(), 0);
        }
    }

    /** Ends the archive that was begun last. */
    void end() throws IOException {
        if (writer == null) {
            return;
        }
        final String sha256 = HexFormat.of().formatHex(writer.end());
        final long length = writer.lengthBytes();
        writer.close();
        writer = null;
        final Path file = folder.resolve(fileName(names, tenantId) + ".archive");
        Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE);
        sealed.add(new SealedArchive(names.text(tenantId), tenantId, file, records, length, sha256));
    }

    /** A tenant's own name where it can be a file's; its id otherwise. No tenant's name begins with a tilde. */
    private static String fileName(final NameDictionary names, final long tenantId) {
        final String text = names.text(tenantId);
        return PLAIN.matcher(text).matches() ? text : String.format("~%016x", tenantId);
    }

    List<SealedArchive> sealed() {
        return sealed;
    }

    @Override
    public void close() throws IOException {
        if (writer != null) {
            writer.close();
        }
    }
}
