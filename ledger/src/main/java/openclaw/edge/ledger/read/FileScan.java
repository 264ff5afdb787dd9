package openclaw.edge.ledger.read;

import java.io.Closeable;
import java.io.IOException;
import java.util.Arrays;
import openclaw.edge.ledger.record.CatalogRecord;
import openclaw.edge.ledger.record.CloseRecord;
import openclaw.edge.ledger.record.DeletedFileRecord;
import openclaw.edge.ledger.record.DeletedRecord;
import openclaw.edge.ledger.record.LossRecord;
import openclaw.edge.ledger.record.NameRecord;
import openclaw.edge.ledger.record.OpenRecord;
import openclaw.edge.ledger.record.RecordDescriptor;
import openclaw.edge.ledger.record.RecordType;
import openclaw.edge.ledger.record.TickRecord;
import openclaw.edge.ledger.record.VoidRecord;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Reads files for one visitor: puts usage records of one lane that follow each other together, claims them in the books, and
 * passes on those that count. One thread; several share the books.
 */
final class FileScan implements RecordWalk.Breaks, LaneClaims.Parts, Closeable {
    /** Fits into a core's own cache, with what the visitor touches. */
    private static final int WINDOW_LENGTH = 256 << 10;

    private final Books books;
    private final JournalVisitor visitor;
    private final RecordWalk walk = new RecordWalk(WINDOW_LENGTH);
    private final RecordBlock block = new RecordBlock();
    private final UsageBatch batch = new UsageBatch();
    private final NameRecord name = new NameRecord();
    private final OpenRecord open = new OpenRecord();
    private final CloseRecord close = new CloseRecord();
    private final TickRecord tick = new TickRecord();
    private final CatalogRecord catalog = new CatalogRecord();
    private final VoidRecord gone = new VoidRecord();
    private final LossRecord loss = new LossRecord();
    private final DeletedRecord deleted = new DeletedRecord();
    private final DeletedFileRecord deletedFile = new DeletedFileRecord();

    /** What is to be claimed: stretches of the block, each of one lane. */
    private int[] stretchFirst = new int[64];

    private int[] stretchSize = new int[64];
    private int stretches;

    /** What is to be visited: parts of them. */
    private int[] partFirst = new int[64];

    private int[] partSize = new int[64];
    private int parts;

    private QueueFile file;
    private LaneClaims claimed;
    private LifeHistory claimedLife;
    private int claimedFirst;
    private long claimedFrom;

    FileScan(final Books books, final JournalVisitor visitor) {
        this.books = books;
        this.visitor = visitor;
    }

    /**
     * Reads on in a file up to its end so far.
     *
     * @param toRead the file
     * @param followed whether it may be written now, and its unwritten end is not looked behind
     */
    void read(final QueueFile toRead, final boolean followed) throws IOException {
        file = toRead;
        walk.open(file.path(), file.position(), this, followed);
        file.begin(walk);
        while (walk.next(block)) {
            batch.wrap(block, file.path());
            scanBlock();
            file.passed(block);
        }
        file.end(walk);
    }

    private void scanBlock() {
        final int count = block.count();
        int first = 0;
        long high = 0;
        long low = 0;
        int lane = -1;
        long next = 0;
        for (int i = 0; i < count; i++) {
            if (!block.isUsage(i)) {
                stretch(first, i);
                visitStretches();
                onOther(i);
                first = i + 1;
                lane = -1;
                continue;
            }
            final int ofLane = block.lane(i);
            final long ofHigh = block.lifeHigh(i);
            final long ofLow = block.lifeLow(i);
            final long sequence = block.sequence(i);
            if (sequence != next || ofLane != lane || ofLow != low || ofHigh != high) {
                stretch(first, i);
                first = i;
                high = ofHigh;
                low = ofLow;
                lane = ofLane;
            }
            if (!isGood(i, ofLane, sequence)) {
                stretch(first, i);
                malformed(i, "USAGE");
                first = i + 1;
                lane = -1;
            }
            next = sequence + 1;
        }
        stretch(first, count);
        visitStretches();
    }

    private boolean isGood(final int index, final int lane, final long sequence) {
        return RecordShape.isUsage(block.length(index), lane, sequence);
    }

    private void stretch(final int first, final int end) {
        if (end <= first) {
            return;
        }
        if (stretches == stretchFirst.length) {
            stretchFirst = Arrays.copyOf(stretchFirst, stretches * 2);
            stretchSize = Arrays.copyOf(stretchSize, stretches * 2);
        }
        stretchFirst[stretches] = first;
        stretchSize[stretches] = end - first;
        stretches++;
    }

    private void visitStretches() {
        if (stretches == 0) {
            return;
        }
        parts = 0;
        synchronized (books) {
            for (int i = 0; i < stretches; i++) {
                claim(stretchFirst[i], stretchSize[i]);
            }
        }
        stretches = 0;
        for (int i = 0; i < parts; i++) {
            visitor.onUsages(batch.range(partFirst[i], partSize[i]));
        }
    }

    private void claim(final int first, final int size) {
        claimedLife = books.life(block.lifeHigh(first), block.lifeLow(first));
        if (file.isArchive()) {
            claimedLife.archived();
        } else {
            claimedLife.spoke();
        }
        claimed = claimedLife.lane(block.lane(first));
        claimedFirst = first;
        claimedFrom = block.sequence(first);
        if (claimed.hasRulings()) {
            claimByRulings(first, size);
        } else {
            claimed.claim(claimedFrom, claimedFrom + size - 1, file, block.positionBytes(first), this);
        }
    }

    /** Claims one by one, without those that were ruled out. */
    private void claimByRulings(final int first, final int size) {
        for (int i = 0; i < size; i++) {
            final long sequence = claimedFrom + i;
            if (claimed.isRuledOut(sequence, block.crc(first + i))) {
                books.countRuledOut();
            } else {
                claimed.claim(sequence, sequence, file, block.positionBytes(first + i), this);
            }
        }
    }

    @Override
    public void fresh(final long from, final long to) {
        final int size = (int) (to - from + 1);
        books.countUsage(size);
        final int first = claimedFirst + (int) (from - claimedFrom);
        if (parts == partFirst.length) {
            partFirst = Arrays.copyOf(partFirst, parts * 2);
            partSize = Arrays.copyOf(partSize, parts * 2);
        }
        partFirst[parts] = first;
        partSize[parts] = size;
        parts++;
    }

    @Override
    public void known(final long from, final long to) {
        books.countKnown(to - from + 1);
        file.known(
                claimed,
                claimedLife.high,
                claimedLife.low,
                from,
                to,
                block.positionBytes(claimedFirst + (int) (from - claimedFrom)));
    }

    /** A record that is no usage, or not of this release. */
    private void onOther(final int index) {
        final int version = block.buffer().getByte(block.at(index) + RecordDescriptor.VERSION_OFFSET) & 0xFF;
        final int code = block.buffer().getByte(block.at(index) + RecordDescriptor.TYPE_OFFSET) & 0xFF;
        final RecordType type = RecordType.ofCode(code);
        if (version != RecordDescriptor.VERSION || type == null) {
            file.unknown(version, code, block.positionBytes(index));
        } else if (!onControl(type, block.buffer(), block.at(index), index)) {
            malformed(index, type.name());
        }
    }

    private boolean onControl(final RecordType type, final UnsafeBuffer buffer, final int at, final int index) {
        return switch (type) {
            case NAME -> onName(buffer, at, index);
            case OPEN -> onOpen(buffer, at);
            case CLOSE -> onClose(buffer, at);
            case TICK -> onTick(buffer, at);
            case CATALOG -> onCatalog(buffer, at);
            case VOID -> onVoid(buffer, at);
            case LOSS -> onLoss(buffer, at);
            case DELETED -> onDeleted(buffer, at);
            case DELETED_FILE -> onDeletedFile(buffer, at);
            default -> throw new IllegalStateException("type " + type + " is no control record");
        };
    }

    private boolean onName(final UnsafeBuffer buffer, final int at, final int index) {
        name.wrap(buffer, at);
        if (!RecordShape.fits(name)) {
            return false;
        }
        final String wrong;
        synchronized (books) {
            wrong = books.name(name);
        }
        if (wrong != null) {
            file.wrong(block.positionBytes(index), name.length(), wrong);
        }
        visitor.onName(name);
        return true;
    }

    private boolean onOpen(final UnsafeBuffer buffer, final int at) {
        open.wrap(buffer, at);
        if (!RecordShape.fits(open)) {
            return false;
        }
        synchronized (books) {
            if (file.isArchive()) {
                books.life(open.lifeHigh(), open.lifeLow()).archived(open);
            } else {
                books.open(open);
            }
        }
        visitor.onOpen(open);
        return true;
    }

    private boolean onClose(final UnsafeBuffer buffer, final int at) {
        close.wrap(buffer, at);
        if (!RecordShape.fits(close)) {
            return false;
        }
        synchronized (books) {
            books.close(close);
        }
        visitor.onClose(close);
        return true;
    }

    private boolean onTick(final UnsafeBuffer buffer, final int at) {
        tick.wrap(buffer, at);
        if (!RecordShape.fits(tick)) {
            return false;
        }
        synchronized (books) {
            books.tick(tick);
        }
        visitor.onTick(tick);
        return true;
    }

    private boolean onCatalog(final UnsafeBuffer buffer, final int at) {
        catalog.wrap(buffer, at);
        if (!RecordShape.fits(catalog)) {
            return false;
        }
        synchronized (books) {
            books.catalog(catalog);
        }
        visitor.onCatalog(catalog);
        return true;
    }

    private boolean onVoid(final UnsafeBuffer buffer, final int at) {
        gone.wrap(buffer, at);
        if (!RecordShape.fits(gone)) {
            return false;
        }
        synchronized (books) {
            books.gone(gone);
        }
        visitor.onVoid(gone);
        return true;
    }

    private boolean onLoss(final UnsafeBuffer buffer, final int at) {
        loss.wrap(buffer, at);
        if (!RecordShape.fits(loss)) {
            return false;
        }
        synchronized (books) {
            books.loss(loss);
        }
        visitor.onLoss(loss);
        return true;
    }

    private boolean onDeleted(final UnsafeBuffer buffer, final int at) {
        deleted.wrap(buffer, at);
        if (!RecordShape.fits(deleted)) {
            return false;
        }
        synchronized (books) {
            books.deleted(deleted);
        }
        visitor.onDeleted(deleted);
        return true;
    }

    private boolean onDeletedFile(final UnsafeBuffer buffer, final int at) {
        deletedFile.wrap(buffer, at);
        if (!RecordShape.fits(deletedFile)) {
            return false;
        }
        synchronized (books) {
            books.deletedFile(deletedFile, file.path());
        }
        visitor.onDeletedFile(deletedFile);
        return true;
    }

    private void malformed(final int index, final String type) {
        final int length = block.length(index);
        file.wrong(
                block.positionBytes(index),
                length,
                type + " record of " + length + " bytes with fields that cannot be, under a CRC that agrees");
    }

    @Override
    public void onBreak(final long positionBytes, final long lengthBytes, final String what) {
        file.torn(positionBytes, lengthBytes, what);
    }

    @Override
    public void close() throws IOException {
        walk.close();
    }
}
