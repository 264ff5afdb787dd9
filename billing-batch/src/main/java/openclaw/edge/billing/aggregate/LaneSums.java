package openclaw.edge.billing.aggregate;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import openclaw.edge.ledger.record.Life;

/**
 * Sums of one journal lane, by cell.
 *
 * <pre>
 *   page (allocated when first touched): CELLS_PER_PAGE rows of FIELDS longs
 *   row: | requests | exempt | in doubt | tokens | in doubt tokens | records | first | last | digest high | digest low |
 * </pre>
 *
 * The digest adds up one 128-bit mix of (sequence, CRC32C) per record: it does not depend on the order of reading, and
 * differs when a record is missing, doubled or other. It finds errors; it is no proof against forgery.
 */
public final class LaneSums {
    private static final int CELLS_PER_PAGE = 64;
    private static final int REQUESTS = 0;
    private static final int EXEMPT = 1;
    private static final int IN_DOUBT = 2;
    private static final int TOKENS = 3;
    private static final int IN_DOUBT_TOKENS = 4;
    private static final int RECORDS = 5;
    private static final int FIRST = 6;
    private static final int LAST = 7;
    private static final int DIGEST_HIGH = 8;
    private static final int DIGEST_LOW = 9;
    private static final int FIELDS = 10;

    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    private final Life life;
    private final int lane;
    private final long[][] pages;

    LaneSums(Life life, int lane, int cells) {
        this.life = life;
        this.lane = lane;
        this.pages = new long[(cells + CELLS_PER_PAGE - 1) / CELLS_PER_PAGE][];
    }

    /** The life of the journal. */
    public Life life() {
        return life;
    }

    /** The lane's number in its life. */
    public int lane() {
        return lane;
    }

    /** Adds the last record of an exchange. */
    void request(int cell, long sequence, int crc, long tokens, boolean isBilled, boolean isInDoubt) {
        long[] page = page(cell);
        int row = row(cell);
        add(page, row, cell, sequence, crc, tokens);
        page[row + (isBilled ? REQUESTS : EXEMPT)]++;
        if (isInDoubt) {
            page[row + IN_DOUBT]++;
            add(page, row + IN_DOUBT_TOKENS, tokens, cell);
        }
    }

    /** Adds a record of an exchange that goes on. */
    void interim(int cell, long sequence, int crc, long tokens) {
        add(page(cell), row(cell), cell, sequence, crc, tokens);
    }

    private static void add(long[] page, int row, int cell, long sequence, int crc, long tokens) {
        add(page, row + TOKENS, tokens, cell);
        long records = page[row + RECORDS]++;
        page[row + FIRST] = records == 0 ? sequence : Math.min(page[row + FIRST], sequence);
        page[row + LAST] = Math.max(page[row + LAST], sequence);
        long high = digestHigh(sequence, crc);
        page[row + DIGEST_HIGH] += high;
        page[row + DIGEST_LOW] += digestLow(high, sequence, crc);
    }

    /** A sum that a long cannot hold. */
    static final class SumTooLarge extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final int cell;

        private SumTooLarge(int cell) {
            super("the sum of cell " + cell + " is too large", null, false, false);
            this.cell = cell;
        }

        /** The cell that it is of. */
        int cell() {
            return cell;
        }
    }

    private static void add(long[] page, int at, long more, int cell) {
        long sum = page[at] + more;
        // Overflown when both have a sign that the sum has not (Hacker's Delight, 2-13).
        if (((page[at] ^ sum) & (more ^ sum)) < 0) {
            throw new SumTooLarge(cell);
        }
        page[at] = sum;
    }

    /** What a record adds to the upper half of a digest. */
    public static long digestHigh(long sequence, int crc) {
        return mix(sequence * GOLDEN + crc);
    }

    /** What a record adds to the lower half, by what it adds to the upper one. */
    public static long digestLow(long high, long sequence, int crc) {
        return mix(high ^ sequence ^ (long) crc << 32);
    }

    /** Adds the sums that another thread made of the same lane. */
    void add(LaneSums other) {
        for (int index = 0; index < pages.length; index++) {
            long[] more = other.pages[index];
            if (more != null) {
                long[] page = page(index * CELLS_PER_PAGE);
                for (int row = 0; row < page.length; row += FIELDS) {
                    addRow(page, row, more, row, index * CELLS_PER_PAGE + row / FIELDS);
                }
            }
        }
    }

    private static void addRow(long[] page, int at, long[] more, int from, int cell) {
        if (more[from + RECORDS] == 0) {
            return;
        }
        long first = more[from + FIRST];
        page[at + FIRST] = page[at + RECORDS] == 0 ? first : Math.min(page[at + FIRST], first);
        page[at + LAST] = Math.max(page[at + LAST], more[from + LAST]);
        page[at + REQUESTS] += more[from + REQUESTS];
        page[at + EXEMPT] += more[from + EXEMPT];
        page[at + IN_DOUBT] += more[from + IN_DOUBT];
        add(page, at + TOKENS, more[from + TOKENS], cell);
        add(page, at + IN_DOUBT_TOKENS, more[from + IN_DOUBT_TOKENS], cell);
        page[at + RECORDS] += more[from + RECORDS];
        page[at + DIGEST_HIGH] += more[from + DIGEST_HIGH];
        page[at + DIGEST_LOW] += more[from + DIGEST_LOW];
    }

    /** Writes the cells that hold something: their number, then each cell and its row. */
    void write(DataOutput out) throws IOException {
        int used = 0;
        for (long[] page : pages) {
            for (int row = 0; page != null && row < page.length; row += FIELDS) {
                used += page[row + RECORDS] > 0 ? 1 : 0;
            }
        }
        out.writeInt(used);
        for (int index = 0; index < pages.length; index++) {
            long[] page = pages[index];
            for (int row = 0; page != null && row < page.length; row += FIELDS) {
                if (page[row + RECORDS] > 0) {
                    out.writeInt(index * CELLS_PER_PAGE + row / FIELDS);
                    for (int field = 0; field < FIELDS; field++) {
                        out.writeLong(page[row + field]);
                    }
                }
            }
        }
    }

    /** Adds what was written. */
    void read(DataInput in) throws IOException {
        long[] row = new long[FIELDS];
        for (int left = in.readInt(); left > 0; left--) {
            int cell = in.readInt();
            for (int field = 0; field < FIELDS; field++) {
                row[field] = in.readLong();
            }
            addRow(page(cell), row(cell), row, 0, cell);
        }
    }

    /** Adds this lane's sums of some cells, next to each other, to a total. */
    public void addTo(UsageTotal total, int fromCell, int toCell) {
        for (int cell = fromCell; cell < toCell; cell++) {
            long[] page = pages[cell / CELLS_PER_PAGE];
            if (page != null) {
                int row = row(cell);
                total.addUsage(page[row + REQUESTS], page[row + EXEMPT], page[row + TOKENS]);
                total.addInDoubt(page[row + IN_DOUBT], page[row + IN_DOUBT_TOKENS]);
            }
        }
    }

    /** The records behind some cells, next to each other; null when there are none. */
    public JournalRange range(int fromCell, int toCell) {
        long records = 0;
        long first = Long.MAX_VALUE;
        long last = 0;
        long high = 0;
        long low = 0;
        for (int cell = fromCell; cell < toCell; cell++) {
            long[] page = pages[cell / CELLS_PER_PAGE];
            int row = row(cell);
            if (page != null && page[row + RECORDS] > 0) {
                records += page[row + RECORDS];
                first = Math.min(first, page[row + FIRST]);
                last = Math.max(last, page[row + LAST]);
                high += page[row + DIGEST_HIGH];
                low += page[row + DIGEST_LOW];
            }
        }
        return records == 0 ? null : new JournalRange(life, lane, first, last, records, high, low);
    }

    private long[] page(int cell) {
        int index = cell / CELLS_PER_PAGE;
        long[] page = pages[index];
        if (page == null) {
            page = new long[CELLS_PER_PAGE * FIELDS];
            pages[index] = page;
        }
        return page;
    }

    private static int row(int cell) {
        return cell % CELLS_PER_PAGE * FIELDS;
    }

    /** The finalizer of SplitMix64: every bit of the input turns half of the output. */
    private static long mix(long input) {
        long z = input;
        z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
        z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
        return z ^ z >>> 31;
    }
}
