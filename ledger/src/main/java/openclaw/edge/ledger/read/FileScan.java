package openclaw.edge.ledger.read;

import java.io.Closeable;
import java.io.IOException;
import java.util.Arrays;
import openclaw.edge.ledger.record.NameRecord;
import openclaw.edge.ledger.record.RecordDescriptor;
import openclaw.edge.ledger.record.RecordType;
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
    private final ControlRecords control;

    /** What is to be claimed: stretches of the block, each of one lane. */
    private int[] stretchFirst = new int[64];

    private int[] stretchSize = new int[64];
    private int stretches;

    /** What is to be visited: parts of them. */
    private int[] partFirst = new int[64];

    private int[] partSize = new int[64];
    private int parts;

    /** Null where nothing is to be kept. */
    private final Checkpoints checkpoints;

    /** What is to be kept of the file; null when it is not. */
    private CondensedFile condensed;

    private QueueFile file;
    private LaneClaims claimed;
    private LifeHistory claimedLife;
    private int claimedFirst;
    private long claimedFrom;

    FileScan(final Books books, final JournalVisitor visitor, final Checkpoints checkpoints) {
        this.books = books;
        this.visitor = visitor;
        this.control = new ControlRecords(books, visitor);
        this.checkpoints = checkpoints;
    }

    /**
     * Reads on in a file up to its end so far.
     *
     * @param toRead the file
     * @param followed whether it may be written now, and its unwritten end is not looked behind
     */
    void read(final QueueFile toRead, final boolean followed) throws IOException {
        file = toRead;
        final boolean kept = checkpoints != null
                && visitor instanceof FileSums
                && file.position() == 0
                && JournalFiles.is(file.path(), JournalFiles.QUEUE);
        if (kept) {
            readOrTake(followed);
        } else {
            read(followed);
        }
    }

    /** Takes what was kept of the file in place of reading it, or keeps what is read of it. */
    private void readOrTake(final boolean followed) throws IOException {
        final FileSums sums = (FileSums) visitor;
        final String identity = checkpoints.identity(file.path());
        final CondensedFile before = identity == null ? null : checkpoints.load(identity);
        if (before != null && take(before, sums)) {
            checkpoints.reused();
            return;
        }
        final CondensedFile read = new CondensedFile();
        condensed = read;
        sums.onFileBegin();
        byte[] ofFile;
        try {
            read(followed);
        } finally {
            ofFile = sums.onFileEnd();
            condensed = null;
        }
        final boolean whole = file.isEnded() && !read.isSpoiled() && identity != null;
        // What was written to meanwhile may have been read half before and half after.
        if (whole && identity.equals(checkpoints.identity(file.path()))) {
            read.end(file.extent(), ofFile);
            checkpoints.store(identity, read);
        }
    }

    private boolean take(final CondensedFile before, final FileSums sums) {
        synchronized (books) {
            if (!before.claim(books, file)) {
                return false;
            }
        }
        for (final CondensedFile.Other other : before.others()) {
            block.only(new UnsafeBuffer(other.record()), other.position());
            onOther(0);
        }
        sums.onFileSums(file.path(), before.sums());
        file.readBefore(before.extent());
        return true;
    }

    private void read(final boolean followed) throws IOException {
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
        int at = 0;
        while (at < count) {
            if (!block.isUsage(at)) {
                visitStretches();
                onOther(at);
                at++;
            } else if (!RecordShape.isUsage(block.length(at), block.lane(at), block.sequence(at))) {
                malformed(at, "USAGE");
                at++;
            } else {
                final int end = block.runEnd(at, LaneClaims.MAX_SEQUENCE);
                stretch(at, end);
                at = end;
            }
        }
        visitStretches();
    }

    private void stretch(final int first, final int end) {
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
            spoil();
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
        if (condensed != null) {
            condensed.usage(claimedLife.high, claimedLife.low, claimed.lane(), from, to, block.positionBytes(first));
        }
    }

    @Override
    public void known(final long from, final long to) {
        spoil();
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
            spoil();
            file.unknown(version, code, block.positionBytes(index));
        } else if (!onControl(type, index)) {
            malformed(index, type.name());
        } else if (condensed != null) {
            condensed.other(block.buffer(), block.at(index), block.length(index), block.positionBytes(index));
        }
    }

    private boolean onControl(final RecordType type, final int index) {
        if (type == RecordType.NAME) {
            return onName(index);
        }
        return control.on(type, block.buffer(), block.at(index), file);
    }

    private boolean onName(final int index) {
        final NameRecord name = control.name(block.buffer(), block.at(index));
        if (name == null) {
            return false;
        }
        final String wrong = control.define(name);
        if (wrong != null) {
            spoil();
            file.wrong(block.positionBytes(index), name.length(), wrong);
        }
        return true;
    }

    private void malformed(final int index, final String type) {
        final int length = block.length(index);
        spoil();
        file.wrong(
                block.positionBytes(index),
                length,
                type + " record of " + length + " bytes with fields that cannot be, under a CRC that agrees");
    }

    @Override
    public void onBreak(final long positionBytes, final long lengthBytes, final String what) {
        spoil();
        file.torn(positionBytes, lengthBytes, what);
    }

    /** The file is not to be kept. */
    private void spoil() {
        if (condensed != null) {
            condensed.spoil();
        }
    }

    @Override
    public void close() throws IOException {
        walk.close();
    }
}
