package openclaw.edge.ledger.journal;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import openclaw.edge.ledger.lane.DurableDisk;
import openclaw.edge.ledger.lane.JournaledTail;
import openclaw.edge.ledger.lane.LaneFile;
import openclaw.edge.ledger.lane.LaneStore.EarlierLife;
import openclaw.edge.ledger.read.JournalReader;
import openclaw.edge.ledger.read.JournalVisitor;
import openclaw.edge.ledger.record.Life;
import openclaw.edge.ledger.record.OpenRecord;
import openclaw.edge.ledger.record.TickRecord;
import openclaw.edge.ledger.record.UsageRecord;

/** What the journal's files hold of a life that power was taken from, beyond what its lanes know to be there. */
final class JournaledTails {
    private final Path journal;
    private final DurableDisk disk;

    JournaledTails(final Path journal, final DurableDisk disk) {
        this.journal = journal;
        this.disk = disk;
    }

    /**
     * Reads the journal for a life, newest file first, as far back as anything can stand that its lanes do not know of.
     *
     * @param life of an earlier boot
     * @return one for each of its lanes
     * @throws IOException when the journal cannot be read
     */
    JournaledTail[] read(final EarlierLife life) throws IOException {
        final Tails tails = new Tails(life);
        final List<Path> files = QueueDirectories.files(journal);
        for (int i = files.size() - 1; i >= 0 && !tails.isWhole(); i--) {
            new JournalReader(List.of(files.get(i))).read(tails);
            tails.endFile();
        }
        return tails.lanes;
    }

    /** Records beyond the consumed positions of one life. */
    private static final class Tails implements JournalVisitor {
        private final Life life;
        private final JournaledTail[] lanes;
        private final long[] consumed;
        /** Of each lane: whether a file told of a time at which nothing beyond its consumed position was appended. */
        private final boolean[] reached;

        private final boolean[] reachedInFile;
        private boolean isOwnFile;

        Tails(final EarlierLife of) {
            life = of.origin().life();
            lanes = new JournaledTail[of.origin().lanes()];
            consumed = new long[lanes.length];
            reached = new boolean[lanes.length];
            reachedInFile = new boolean[lanes.length];
            Arrays.fill(consumed, Long.MAX_VALUE);
            Arrays.fill(reached, true);
            for (final LaneFile file : of.files()) {
                lanes[file.lane()] = new JournaledTail();
                consumed[file.lane()] = file.consumed();
                reached[file.lane()] = false;
            }
        }

        /** Only the life itself writes its TICKs: where there is none, a recovery wrote the rest, in whatever order. */
        void endFile() {
            for (int lane = 0; lane < lanes.length; lane++) {
                reached[lane] |= isOwnFile && reachedInFile[lane];
            }
            Arrays.fill(reachedInFile, false);
            isOwnFile = false;
        }

        boolean isWhole() {
            for (final boolean one : reached) {
                if (!one) {
                    return false;
                }
            }
            return true;
        }

        @Override
        public void onUsage(final UsageRecord record) {
            final int lane = record.lane();
            if (record.lifeHigh() == life.high()
                    && record.lifeLow() == life.low()
                    && lane < lanes.length
                    && record.sequence() > consumed[lane]) {
                lanes[lane].add(record);
            }
        }

        @Override
        public void onTick(final TickRecord record) {
            if (record.life().equals(life)) {
                isOwnFile = true;
                for (int lane = 0; lane < Math.min(lanes.length, record.lanes()); lane++) {
                    reachedInFile[lane] |= record.sequence(lane) <= consumed[lane];
                }
            }
        }

        @Override
        public void onOpen(final OpenRecord record) {
            if (record.life().equals(life)) {
                Arrays.fill(reachedInFile, true);
            }
        }
    }

    /** What a recovery has decided in a lane's header survives from here on. */
    void force(final LaneFile file) throws IOException {
        file.force(disk);
    }
}
