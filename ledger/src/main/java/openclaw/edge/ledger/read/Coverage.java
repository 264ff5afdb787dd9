package openclaw.edge.ledger.read;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * Which torn stretches are whole in another copy of the file, so that nothing is lost by them. A copy has the same first record
 * or the same name, the same whole records directly before and behind the stretch at the same places, and no torn stretch there; a file cut short
 * before its first record must be the copy's beginning byte for byte. Lives are 128 random bits: the same record at the same
 * place of a file of the same name is no accident.
 */
final class Coverage implements AutoCloseable {
    private static final int COMPARED_LENGTH = 4096;

    private final Collection<QueueFile> files;
    private final RecordWalk walk = new RecordWalk(Settlement.WINDOW_LENGTH);
    private final RecordBlock block = new RecordBlock();
    private final FileWindow one = new FileWindow(COMPARED_LENGTH);
    private final FileWindow other = new FileWindow(COMPARED_LENGTH);

    /** Asks among files in the order of their paths. */
    Coverage(final Collection<QueueFile> files) {
        this.files = files;
    }

    /** All that is broken, by file and position. */
    List<ReadReport.Damage> damages() {
        final List<ReadReport.Damage> damages = new ArrayList<>();
        for (final QueueFile file : files) {
            for (final QueueFile.Break broken : file.breaks()) {
                final Path coveredBy = broken.torn ? coveredBy(file, broken) : null;
                damages.add(new ReadReport.Damage(file.path(), broken.position, broken.length, broken.what, coveredBy));
            }
        }
        return damages;
    }

    private Path coveredBy(final QueueFile file, final QueueFile.Break broken) {
        for (final QueueFile copy : files) {
            if (copy != file
                    && copy.mayBeCopyOf(file)
                    && copy.position() > broken.position
                    && isWhole(copy, broken)
                    && isCopy(copy, file, broken)) {
                return copy.path();
            }
        }
        return null;
    }

    private static boolean isWhole(final QueueFile copy, final QueueFile.Break broken) {
        return copy.breaks().stream()
                .noneMatch(own -> own.torn
                        && own.position < broken.position + broken.length
                        && broken.position < own.position + own.length);
    }

    private boolean isCopy(final QueueFile copy, final QueueFile file, final QueueFile.Break broken) {
        try {
            if (broken.before < 0 && broken.after < 0) {
                return beginsAlike(copy, file);
            }
            return (broken.before < 0 || isThere(copy, broken.before, broken.beforeCrc))
                    && (broken.after < 0 || isThere(copy, broken.after, broken.afterCrc));
        } catch (final IOException e) {
            // What cannot be read any more covers nothing.
            return false;
        }
    }

    private boolean isThere(final QueueFile copy, final long position, final int crc) throws IOException {
        walk.open(copy.path(), position, Settlement.NO_BREAKS, false);
        return walk.next(block) && block.positionBytes(0) == position && block.crc(0) == crc;
    }

    /** Whether all of a short file is the beginning of another one. */
    private boolean beginsAlike(final QueueFile copy, final QueueFile file) throws IOException {
        one.open(file.path());
        other.open(copy.path());
        for (long at = 0; at < file.size(); at += COMPARED_LENGTH) {
            one.load(at, COMPARED_LENGTH);
            other.load(at, COMPARED_LENGTH);
            if (one.length() > other.length() || !one.beginsLike(other, one.length())) {
                return false;
            }
        }
        return copy.position() > file.size();
    }

    @Override
    public void close() throws IOException {
        walk.close();
        one.close();
        other.close();
    }
}
