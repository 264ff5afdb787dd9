package openclaw.edge.ledger.read;

import openclaw.edge.ledger.record.NameKind;
import openclaw.edge.ledger.record.NameRecord;
import org.agrona.collections.Long2ObjectHashMap;

/** Spellings of name ids, from the NAME records of all files read. Not thread-safe. */
public final class NameDictionary {
    private final Long2ObjectHashMap<Name> names = new Long2ObjectHashMap<>();

    NameDictionary() {}

    /**
     * A name.
     *
     * @param kind what it names
     * @param scope id of the tenant for an agent, else 0
     * @param text its spelling
     */
    public record Name(NameKind kind, long scope, String text) {}

    /** Learns a name; answers the other name that has the same id already, or null. */
    Name define(final NameRecord record) {
        final Name known = names.get(record.id());
        if (known == null) {
            names.put(record.id(), new Name(record.kind(), record.scope(), record.name()));
            return null;
        }
        final boolean same =
                known.kind == record.kind() && known.scope == record.scope() && known.text.equals(record.name());
        return same ? null : known;
    }

    /**
     * The name of an id.
     *
     * @param id as it stands in a record
     * @return the name, or null when no file read defines it
     */
    public Name name(final long id) {
        return names.get(id);
    }

    /**
     * The spelling of an id.
     *
     * @param id as it stands in a record
     * @return the spelling, the same object each time; "" for id 0; the id as {@code #<16 hex digits>} when no file read
     *     defines it
     */
    public String text(final long id) {
        if (id == 0) {
            return "";
        }
        final Name name = names.get(id);
        return name == null ? String.format("#%016x", id) : name.text;
    }
}
