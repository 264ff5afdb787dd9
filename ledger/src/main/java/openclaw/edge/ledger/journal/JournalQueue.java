package openclaw.edge.ledger.journal;

import java.io.File;
import java.io.IOException;
import openclaw.edge.ledger.record.NameKind;

/** A queue that is written to: Chronicle's, or in tests one that fails or dies at a given step. One thread at a time. */
interface JournalQueue extends RecordAppender, AutoCloseable {
    /**
     * Sets the time that decides the file. Never goes back.
     *
     * @param nowNs cycle time, nanoseconds since the Unix epoch
     * @return true when the next append begins a new file
     */
    boolean time(long nowNs);

    /**
     * Id of a name given as text, defined in the file that the next append goes to; allocates.
     *
     * @param kind what it names, no agent
     * @param text the name
     * @return the id
     */
    long define(NameKind kind, String text);

    /**
     * Makes sure that all that was appended can be read while the machine runs.
     *
     * @throws IOException when some of it is not there; append it again, to another queue
     */
    void verify() throws IOException;

    /**
     * Documents appended, names included.
     *
     * @return since opening
     */
    long appended();

    /**
     * Bytes that those documents take in the files.
     *
     * @return since opening
     */
    long appendedBytes();

    /**
     * Which file it appends to.
     *
     * @return the file of the last append, or null before the first and where there is none
     */
    default File file() {
        return null;
    }

    /**
     * Tells files apart.
     *
     * @return another number for each file of this queue
     */
    default int fileNumber() {
        return 0;
    }

    /**
     * Where it appends in {@link #file()}.
     *
     * @return offset behind the last document
     */
    default long endPosition() {
        return 0;
    }

    /**
     * Gives up the files.
     *
     * @throws IOException when the disk refuses it; the queue is closed all the same
     */
    @Override
    void close() throws IOException;
}
