package openclaw.edge.billing.progress;

import java.nio.file.Path;
import openclaw.edge.ledger.read.FileSums;
import openclaw.edge.ledger.read.UsageBatch;
import openclaw.edge.ledger.record.UsageRecord;

/** Passes usage and sums of files on and tells how far the reading is. */
public final class CountedSums implements FileSums {
    private final FileSums sums;
    private final ReadProgress.Part progress;

    /**
     * Beside a visitor.
     *
     * @param sums of the records
     * @param progress of the visitor's thread
     */
    public CountedSums(FileSums sums, ReadProgress.Part progress) {
        this.sums = sums;
        this.progress = progress;
    }

    @Override
    public void onUsages(UsageBatch batch) {
        sums.onUsages(batch);
        progress.passed(batch);
    }

    @Override
    public void onUsage(UsageRecord record) {
        sums.onUsage(record);
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

    @Override
    public boolean restart() {
        return sums.restart();
    }
}
