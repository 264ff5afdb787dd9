package openclaw.edge.ledger.read;

import java.nio.file.Path;

/**
 * A visitor whose sums of one file can be kept, and added in another run in place of reading the file; see {@link Checkpoints}.
 * What it sums up must not depend on the order of records, nor on control records.
 */
public interface FileSums extends JournalVisitor {
    /** Usage passed from now on is of one file, up to {@link #onFileEnd()}. */
    void onFileBegin();

    /**
     * The file's usage was passed.
     *
     * @return sums of the usage passed since {@link #onFileBegin()}
     */
    byte[] onFileEnd();

    /**
     * Takes the sums of a file's usage in place of the usage.
     *
     * @param file whose they are
     * @param sums what {@link #onFileEnd()} answered, maybe in another process
     */
    void onFileSums(Path file, byte[] sums);
}
