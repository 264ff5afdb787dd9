package openclaw.edge.ledger.journal;

import java.io.IOException;
import openclaw.edge.ledger.lane.LossEntry;
import openclaw.edge.ledger.record.Life;
import openclaw.edge.ledger.record.RecordDescriptor;
import org.agrona.concurrent.UnsafeBuffer;

/** Where recovered records go: the queue, or in tests a queue that dies after so many appends. */
interface RecordAppender {
    /**
     * Appends a usage record from a lane, with NAME records before it for ids that the file does not define yet.
     *
     * @param lane buffer that holds the record with its names
     * @param recordAt offset of its header
     */
    void usage(UnsafeBuffer lane, int recordAt);

    /**
     * Appends a LOSS record.
     *
     * @param ofLife that served the responses
     * @param lane of that life
     * @param buffer that holds the entry
     * @param entry its numbers
     */
    void loss(Life ofLife, int lane, UnsafeBuffer buffer, LossEntry entry);

    /**
     * Memory for the next record; of {@link RecordDescriptor#MAX_LENGTH}.
     *
     * @return the buffer, the record to be written at 0
     */
    UnsafeBuffer record();

    /** Seals and appends the record that stands in {@link #record()}. */
    void append();

    /**
     * Makes sure that all that was appended can be read, under {@code durability: power} after a loss of power too. To be
     * called before anything relies on it: a position moves, a lane goes.
     *
     * @throws IOException when some of it is not there; append it again, to another queue
     */
    void secure() throws IOException;
}
