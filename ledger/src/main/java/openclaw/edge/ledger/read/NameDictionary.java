package openclaw.edge.ledger.read;

import openclaw.edge.ledger.record.NameKind;
import openclaw.edge.ledger.record.NameRecord;
import org.agrona.collections.Long2ObjectHashMap;

/**
 * Spellings of name ids, from the NAME records of all files read. Of two names with one id the lesser counts, whatever the
 * order of files. Not thread-safe: while several threads read, it belongs to the reader.
 */
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
    public record Name(NameKind kind, long scope, String text) implements Comparable<Name> {
        @Override
        public int compareTo(final Name other) {
            final int byKind = kind.compareTo(other.kind);
            final int byScope = byKind != 0 ? byKind : Long.compareUnsigned(scope, other.scope);
            return byScope != 0 ? byScope : text.compareTo(other.text);
        }
    }

    /** Learns a name; answers the other name that has the same id already, or null. Allocates for new names only. */
    Name define(final NameRecord record) {
        final Name known = names.get(record.id());
        final boolean same = known != null
                && known.kind == record.kind()
                && known.scope == record.scope()
                && (record.isAscii(known.text) || known.text.equals(record.name()));
        if (same) {
            return null;
        }
        final Name name = new Name(record.kind(), record.scope(), record.name());
        if (known == null || name.compareTo(known) < 0) {
            names.put(record.id(), name);
        }
        return known;
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
