package openclaw.edge.crdt;

/**
 * Memory in which a table can lie instead of in a file, for simulations with many small tables. It outlives its table:
 * one that is opened over it again resumes as from a file whose process was killed. Nothing guards it against two
 * tables at once.
 */
public final class TableMemory {

    private final TableConfig config;
    private final int directoryEntries;
    private final byte[] bytes;

    /**
     * Empty memory.
     *
     * @param config how large; its file is but a name for messages.
     * @param directoryEntries incarnations that the table can know, plus one; 2 to 4,096.
     */
    public TableMemory(final TableConfig config, final int directoryEntries) {
        if (directoryEntries < 2 || directoryEntries > TableHeaderDescriptor.DIRECTORY_ENTRIES) {
            throw new IllegalArgumentException("directoryEntries=" + directoryEntries + ", expected 2 to "
                    + TableHeaderDescriptor.DIRECTORY_ENTRIES);
        }
        this.config = config;
        this.directoryEntries = directoryEntries;
        final long length =
                TableHeaderDescriptor.fileLengthBytes(directoryEntries, config.slots(), config.overflowBlocks());
        if (length > Integer.MAX_VALUE - Long.BYTES) {
            throw new IllegalArgumentException(
                    "slots=" + config.slots() + " take " + length + " bytes, more than an array holds; use a file");
        }
        this.bytes = new byte[(int) length];
    }

    private TableMemory(final TableConfig config, final int directoryEntries, final byte[] bytes) {
        this.config = config;
        this.directoryEntries = directoryEntries;
        this.bytes = bytes;
    }

    /** What a kill at this instant would leave; or a backup, to be restored later. */
    public TableMemory copy() {
        return new TableMemory(config, directoryEntries, bytes.clone());
    }

    TableConfig config() {
        return config;
    }

    int directoryEntries() {
        return directoryEntries;
    }

    byte[] bytes() {
        return bytes;
    }
}
