package openclaw.edge.billing.progress;

import java.nio.file.Path;
import openclaw.edge.ledger.read.FileSums;

/** Passes usage and sums of files on and tells how far the reading is. */
public final class CountedSums extends CountedVisitor implements FileSums {
    private final FileSums sums;
    private final ReadProgress.Part progress;

    /**
     * Beside a visitor.
     *
     * @param sums of the records
     * @param progress of the visitor's thread
     */
    public CountedSums(FileSums sums, ReadProgress.Part progress) {
        super(sums, progress);
        this.sums = sums;
        this.progress = progress;
    }

    @Override
    public void onFileBegin() {
        sums.onFileBegin();
    }

    @Override
    public byte[] onFileEnd() {
        return sums.onFileEnd();
    }

    @Override
    public void onFileSums(Path file, byte[] ofFile) {
        sums.onFileSums(file, ofFile);
        progress.passed(file);
    }
}
