package openclaw.edge.ledger.read;

import openclaw.edge.ledger.record.CatalogRecord;
import openclaw.edge.ledger.record.CloseRecord;
import openclaw.edge.ledger.record.DeletedFileRecord;
import openclaw.edge.ledger.record.DeletedRecord;
import openclaw.edge.ledger.record.LossRecord;
import openclaw.edge.ledger.record.NameRecord;
import openclaw.edge.ledger.record.OpenRecord;
import openclaw.edge.ledger.record.RecordType;
import openclaw.edge.ledger.record.TickRecord;
import openclaw.edge.ledger.record.VoidRecord;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Enters records that are no usage into the books, and passes them to a visitor. One thread; several share the books, whose
 * monitor is taken once for each record.
 */
final class ControlRecords {
    private final Books books;
    private final JournalVisitor visitor;
    private final NameRecord name = new NameRecord();
    private final OpenRecord open = new OpenRecord();
    private final CloseRecord close = new CloseRecord();
    private final TickRecord tick = new TickRecord();
    private final CatalogRecord catalog = new CatalogRecord();
    private final VoidRecord gone = new VoidRecord();
    private final LossRecord loss = new LossRecord();
    private final DeletedRecord deleted = new DeletedRecord();
    private final DeletedFileRecord deletedFile = new DeletedFileRecord();

    ControlRecords(final Books books, final JournalVisitor visitor) {
        this.books = books;
        this.visitor = visitor;
    }

    /** A name record, or null when its fields cannot be. */
    NameRecord name(final UnsafeBuffer buffer, final int at) {
        name.wrap(buffer, at);
        return RecordShape.fits(name) ? name : null;
    }

    /** Enters a name and passes it on; answers what is wrong with it, or null. */
    String define(final NameRecord record) {
        final String wrong;
        synchronized (books) {
            wrong = books.name(record);
        }
        visitor.onName(record);
        return wrong;
    }

    /**
     * Enters any other record and passes it on.
     *
     * @return false when its fields cannot be, and nothing was done
     */
    boolean on(final RecordType type, final UnsafeBuffer buffer, final int at, final QueueFile file) {
        return switch (type) {
            case OPEN -> onOpen(buffer, at, file);
            case CLOSE -> onClose(buffer, at);
            case TICK -> onTick(buffer, at);
            case CATALOG -> onCatalog(buffer, at);
            case VOID -> onVoid(buffer, at);
            case LOSS -> onLoss(buffer, at);
            case DELETED -> onDeleted(buffer, at);
            case DELETED_FILE -> onDeletedFile(buffer, at, file);
            default -> throw new IllegalStateException("type " + type + " is no control record");
        };
    }

    private boolean onOpen(final UnsafeBuffer buffer, final int at, final QueueFile file) {
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

    private boolean onDeletedFile(final UnsafeBuffer buffer, final int at, final QueueFile file) {
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
}
