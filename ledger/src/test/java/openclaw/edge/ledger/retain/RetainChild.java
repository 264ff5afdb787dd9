package openclaw.edge.ledger.retain;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import openclaw.edge.ledger.ManualClock;
import openclaw.edge.ledger.lane.LedgerCounters;

/**
 * A process that seals a journal's hours, commits each, and deletes what may go, going on where the one before it ended. Says
 * 'B' at its begin, and the number of an hour when its commit has returned.
 *
 * <pre>
 *   RetainChild JOURNAL ARCHIVES HOURS
 * </pre>
 */
public final class RetainChild {
    static final String READER = "billing";
    private static final RetentionPolicy EVERYTHING = new RetentionPolicy(0, 0);

    private RetainChild() {}

    /** Told of each commit. */
    @FunctionalInterface
    interface Listener {
        void committed(int hour) throws IOException;
    }

    public static void main(final String[] args) throws IOException {
        System.setOut(System.err);
        final FileOutputStream out = new FileOutputStream(FileDescriptor.out);
        out.write('B');
        run(Path.of(args[0]), Path.of(args[1]), Integer.parseInt(args[2]), out::write);
    }

    /** Does what is left to be done. */
    static void run(final Path journal, final Path archives, final int hours, final Listener listener)
            throws IOException {
        final Readers readers = new Readers(journal);
        readers.register(READER, ManualClock.START_NS);
        final Retention retention = new Retention(journal, new Retention.Disk() {}, new LedgerCounters());
        for (int hour = committed(readers) + 1; hour <= hours; hour++) {
            final long fromNs = ManualClock.START_NS + (hour - 1) * RetainedNode.HOUR_NS;
            final long toNs = fromNs + RetainedNode.HOUR_NS;
            final Path folder = archives.resolve(Integer.toString(hour));
            Sealing.seal(List.of(journal), folder, (tenant, ns) -> ns >= fromNs && ns < toNs);
            readers.commit(READER, Position.read(folder.resolve("position")), Integer.toString(hour), toNs);
            listener.committed(hour);
            retention.look(toNs, EVERYTHING);
        }
        retention.look(ManualClock.START_NS + hours * RetainedNode.HOUR_NS, EVERYTHING);
    }

    /** The hour committed last; 0 when none was. */
    static int committed(final Readers readers) throws IOException {
        int hour = 0;
        for (final Reader reader : readers.list()) {
            hour = reader.lastCommit() == null
                    ? 0
                    : Integer.parseInt(reader.lastCommit().what());
        }
        return hour;
    }
}
