package openclaw.edge.ledger.read;

import java.nio.file.Path;
import openclaw.edge.ledger.record.UsageRecord;

/**
 * Usage records of one lane that follow each other in a file, with ascending sequences without a hole. Valid during the call
 * only. Not thread-safe.
 */
public final class UsageBatch {
    private final UsageRecord record = new UsageRecord();
    private RecordBlock block;
    private Path file;
    private int first;
    private int size;

    UsageBatch() {}

    void wrap(final RecordBlock newBlock, final Path newFile) {
        block = newBlock;
        file = newFile;
    }

    UsageBatch range(final int newFirst, final int newSize) {
        first = newFirst;
        size = newSize;
        return this;
    }

    /**
     * Number of records.
     *
     * @return 1 or more
     */
    public int size() {
        return size;
    }

    /**
     * One of the records.
     *
     * @param index 0 to {@link #size()} - 1
     * @return the same flyweight always, now over that record
     */
    public UsageRecord get(final int index) {
        record.wrap(block.buffer(), block.at(first + index));
        return record;
    }

    /**
     * Where the records stand.
     *
     * @return the file
     */
    public Path file() {
        return file;
    }

    /**
     * Where a record's document begins in its file.
     *
     * @param index 0 to {@link #size()} - 1
     * @return offset in bytes
     */
    public long positionBytes(final int index) {
        return block.positionBytes(first + index);
    }
}
