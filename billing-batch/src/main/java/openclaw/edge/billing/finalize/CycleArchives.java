package openclaw.edge.billing.finalize;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import openclaw.edge.billing.aggregate.BillingCells;
import openclaw.edge.billing.aggregate.CycleWindow;
import openclaw.edge.billing.invoice.CycleUsage;
import openclaw.edge.billing.store.CutOffLife;
import openclaw.edge.billing.store.CutOffLife.CutOffLane;
import openclaw.edge.ledger.read.JournalVisitor;
import openclaw.edge.ledger.read.SequenceIntervals;
import openclaw.edge.ledger.retain.Position;
import openclaw.edge.ledger.retain.SealedArchive;
import openclaw.edge.ledger.retain.Sealing;

/**
 * The archives of a cycle, sealed of what a finalization reads before its transaction. They may be the only copy of records
 * whose journals were deleted: archives that hold more than was read are never replaced.
 */
final class CycleArchives implements Closeable {
    /** What all threads together may take for records that wait to be sorted. */
    private static final int MEMORY = 128 << 20;

    private final Path folder;
    private final Path positionFile;
    private final List<Path> made = new ArrayList<>();
    private final Sealing sealing;

    /**
     * Has taken nothing.
     *
     * @param folder of the cycle's archives; taken away again when nothing was sealed in it
     */
    CycleArchives(Path folder, BillingCells cells) throws IOException {
        this.folder = folder;
        this.positionFile = positionFile(folder);
        for (Path each = folder.toAbsolutePath(); each != null && !Files.exists(each); each = each.getParent()) {
            made.add(each);
        }
        int threads = Runtime.getRuntime().availableProcessors();
        this.sealing = new Sealing(folder, new CycleWindow(cells), Math.max(MEMORY / threads, 1 << 20));
    }

    /** Whether a folder holds what a cycle was sealed with. */
    static boolean isSealed(Path folder) {
        return Files.exists(positionFile(folder));
    }

    private static Path positionFile(Path folder) {
        return folder.resolve("position");
    }

    /** To be fed by one reading thread. */
    JournalVisitor visitor() {
        return sealing.visitor();
    }

    /**
     * Seals what was read.
     *
     * @throws IOException when the archives that are there hold records that were not read, or the disk refuses it
     */
    List<SealedArchive> seal(CycleUsage usage) throws IOException {
        if (Files.exists(positionFile)) {
            long lost = Position.read(positionFile).missingFrom(sealing.position());
            if (lost > 0) {
                throw new IOException(folder + " holds " + lost + " records of the cycle that the journals do not: name"
                        + " it too with --journal, or move it away");
            }
        }
        return sealing.seal(usage.names(), usage.report());
    }

    /** Seals anew archives that were lost, when all that was read had been finalized: then they are what they were. */
    void restore(CycleUsage usage, List<List<CutOffLife>> finalized) throws IOException {
        if (!Files.exists(positionFile) && sealing.position().missingFrom(position(finalized)) == 0) {
            sealing.seal(usage.names(), usage.report());
        }
    }

    /**
     * What a reader may be told: records that were read, finalized and archived.
     *
     * @param finalized all cut-offs of the cycle
     * @throws IOException when archives are not there
     */
    Position done(List<List<CutOffLife>> finalized) throws IOException {
        return sealing.position().within(position(finalized)).within(Position.read(positionFile));
    }

    private static Position position(List<List<CutOffLife>> finalized) {
        Position position = new Position();
        for (List<CutOffLife> lives : finalized) {
            for (CutOffLife life : lives) {
                for (CutOffLane lane : life.lanes()) {
                    SequenceIntervals sequences = CutOff.parse(lane.sequences());
                    for (int i = 0; i < sequences.intervals(); i++) {
                        position.add(life.life(), lane.lane(), sequences.from(i), sequences.to(i));
                    }
                }
            }
        }
        return position;
    }

    @Override
    public void close() throws IOException {
        sealing.close();
        if (!Files.exists(positionFile)) {
            try {
                for (Path each : made) {
                    Files.deleteIfExists(each);
                }
            } catch (DirectoryNotEmptyException e) {
                // Somebody else's.
                return;
            }
        }
    }
}
