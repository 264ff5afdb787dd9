package openclaw.edge.billing.store;

import java.io.IOException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import openclaw.edge.billing.store.OutboxEntry.State;

/**
 * What another system is still to be told. Entries come in with the finalization that they speak of, in its transaction. Who
 * delivers one holds a lease of it, so that two at the same time never do; a lease ends by itself when its holder died.
 */
public final class Outbox {
    private static final String COLUMNS = "target, idempotency_key, position, invoice_number, operation, line, state,"
            + " attempts, generation, settings, external_id, last_error, first_sent_ms, lease_owner, lease_until_ms";

    private static final int LOOK_AHEAD = 100;

    private final Store store;
    private final String target;

    /** What a store holds for a target. */
    public Outbox(Store store, String target) {
        this.store = store;
        this.target = target;
    }

    /** Puts entries behind those that are there; of one that is there already, nothing. */
    static int append(Sql sql, List<OutboxEntry> entries) throws SQLException {
        List<Object[]> rows = new ArrayList<>();
        String target = null;
        long position = 0;
        for (OutboxEntry entry : entries) {
            if (!entry.target().equals(target)) {
                target = entry.target();
                position = sql.number(0, "SELECT coalesce(max(position), 0) FROM outbox WHERE target = ?", target);
            }
            boolean isThere = sql.number(
                            0,
                            "SELECT count(*) FROM outbox WHERE target = ? AND idempotency_key = ?",
                            target,
                            entry.key())
                    > 0;
            if (!isThere) {
                rows.add(row(entry, ++position));
            }
        }
        sql.insert("outbox", rows.iterator());
        return rows.size();
    }

    private static Object[] row(OutboxEntry entry, long position) {
        return new Object[] {
            entry.target(),
            entry.key(),
            position,
            entry.invoiceNumber(),
            entry.operation(),
            entry.line(),
            entry.state().text(),
            entry.attempts(),
            entry.generation(),
            entry.settings(),
            entry.externalId(),
            entry.lastError(),
            entry.firstSentMs(),
            entry.leaseOwner(),
            entry.leaseUntilMs()
        };
    }

    /**
     * Puts entries of documents there that have none; answers how many.
     *
     * @param entries of the target, in the order in which they are to be delivered
     */
    public int add(List<OutboxEntry> entries) throws IOException {
        return store.transaction(sql -> append(sql, entries));
    }

    /** All entries, in their order. */
    public List<OutboxEntry> entries() throws IOException {
        return store.transaction(sql -> sql.list(
                "SELECT " + COLUMNS + " FROM outbox WHERE target = ? ORDER BY position", Outbox::entry, target));
    }

    /** Those of one document, in their order. */
    public List<OutboxEntry> entries(String invoiceNumber) throws IOException {
        return store.transaction(sql -> sql.list(
                "SELECT " + COLUMNS + " FROM outbox WHERE target = ? AND invoice_number = ? ORDER BY position",
                Outbox::entry,
                target,
                invoiceNumber));
    }

    /**
     * Takes the first entry behind a position that waits and that nobody holds.
     *
     * @param owner who takes it
     * @param isGone whether another owner is known to be no more
     * @param nowMs milliseconds since 1970
     * @param untilMs when the lease ends
     * @return null when there is none
     */
    public OutboxEntry take(String owner, Predicate<String> isGone, long nowMs, long untilMs, long behind)
            throws IOException {
        return store.transaction(sql -> {
            long position = behind;
            while (true) {
                List<OutboxEntry> waiting = sql.list(
                        "SELECT " + COLUMNS + " FROM outbox WHERE target = ? AND state = ? AND position > ?"
                                + " ORDER BY position LIMIT " + LOOK_AHEAD,
                        Outbox::entry,
                        target,
                        State.WAITING.text(),
                        position);
                for (OutboxEntry entry : waiting) {
                    if (isFree(entry, isGone, nowMs)) {
                        OutboxEntry taken = entry.leased(owner, untilMs);
                        update(sql, taken);
                        return taken;
                    }
                    position = entry.position();
                }
                if (waiting.isEmpty()) {
                    return null;
                }
            }
        });
    }

    private static boolean isFree(OutboxEntry entry, Predicate<String> isGone, long nowMs) {
        return entry.leaseOwner() == null || entry.leaseUntilMs() <= nowMs || isGone.test(entry.leaseOwner());
    }

    /**
     * Keeps how far an entry came, and holds it until a later instant.
     *
     * @return null when somebody else holds it by now: nothing was changed then, and nothing more may be sent
     */
    public OutboxEntry save(OutboxEntry entry, long untilMs) throws IOException {
        return change(entry, entry.leased(entry.leaseOwner(), untilMs));
    }

    /** The same, and lets go of it. */
    public OutboxEntry release(OutboxEntry entry) throws IOException {
        return change(entry, entry.leased(null, 0));
    }

    private OutboxEntry change(OutboxEntry entry, OutboxEntry next) throws IOException {
        return store.transaction(sql -> {
            long held = sql.number(
                    0,
                    "SELECT count(*) FROM outbox WHERE target = ? AND idempotency_key = ? AND lease_owner = ?",
                    target,
                    entry.key(),
                    entry.leaseOwner());
            if (held == 0) {
                return null;
            }
            update(sql, next);
            return next;
        });
    }

    /**
     * Has entries sent once more that were refused or are in doubt, or takes them for delivered.
     *
     * @param which of those that nobody holds
     * @return how many
     */
    public int settle(Predicate<OutboxEntry> which, boolean isDelivered, long nowMs) throws IOException {
        return store.transaction(sql -> {
            int changed = 0;
            for (OutboxEntry entry :
                    sql.list("SELECT " + COLUMNS + " FROM outbox WHERE target = ?", Outbox::entry, target)) {
                if (isFree(entry, owner -> false, nowMs) && which.test(entry)) {
                    OutboxEntry next = isDelivered ? entry.withState(State.DELIVERED, null) : entry.again();
                    update(sql, next.leased(null, 0));
                    changed++;
                }
            }
            return changed;
        });
    }

    private static void update(Sql sql, OutboxEntry entry) throws SQLException {
        sql.update(
                "UPDATE outbox SET state = ?, attempts = ?, generation = ?, settings = ?, external_id = ?, last_error = ?,"
                        + " first_sent_ms = ?, lease_owner = ?, lease_until_ms = ? WHERE target = ? AND idempotency_key = ?",
                entry.state().text(),
                entry.attempts(),
                entry.generation(),
                entry.settings(),
                entry.externalId(),
                entry.lastError(),
                entry.firstSentMs(),
                entry.leaseOwner(),
                entry.leaseUntilMs(),
                entry.target(),
                entry.key());
    }

    private static OutboxEntry entry(ResultSet row) throws SQLException {
        return new OutboxEntry(
                row.getString(1),
                row.getString(2),
                row.getLong(3),
                row.getString(4),
                row.getString(5),
                row.getInt(6),
                State.of(row.getString(7)),
                row.getLong(8),
                row.getLong(9),
                row.getString(10),
                row.getString(11),
                row.getString(12),
                row.getLong(13),
                row.getString(14),
                row.getLong(15));
    }
}
