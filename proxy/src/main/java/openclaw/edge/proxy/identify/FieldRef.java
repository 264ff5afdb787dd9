package openclaw.edge.proxy.identify;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import openclaw.edge.proxy.exchange.FieldNames;
import openclaw.edge.proxy.exchange.Head;

/** A field name from the configuration, found in heads whether the proxy has an id for it or not. Immutable. */
public final class FieldRef {
    private final int id;
    private final byte[] name;
    private final byte[] lower;

    /**
     * @param name a field name as configured
     * @throws IllegalArgumentException if it is no token, or only looks like a name that the proxy knows
     */
    public FieldRef(final String name) {
        this.name = name.getBytes(StandardCharsets.ISO_8859_1);
        this.lower = name.toLowerCase(Locale.ROOT).getBytes(StandardCharsets.ISO_8859_1);
        final int found = FieldNames.lookup(this.name, 0, this.name.length);
        if (found == FieldNames.NOT_A_TOKEN || (found & FieldNames.LOOKALIKE) != 0) {
            throw new IllegalArgumentException(
                    "'" + name + "' is no field name that can be used here, expected letters,"
                            + " digits and '-', such as X-Agent-Id; requests with such a field lose it on entry");
        }
        this.id = found;
    }

    /** Id of the name, {@link FieldNames#UNKNOWN} where there is none. */
    public int id() {
        return id;
    }

    /** The name as configured; not to be written to. */
    public byte[] name() {
        return name;
    }

    /** Place in the head of the first such field, or -1. */
    public int find(final Head head) {
        return hasOwnId() ? head.find(id) : findFrom(head, 0);
    }

    /** Whether the head has more than one. */
    public boolean isRepeated(final Head head) {
        if (hasOwnId()) {
            return head.isRepeated(id);
        }
        final int first = findFrom(head, 0);
        return first >= 0 && findFrom(head, first + 1) >= 0;
    }

    /** Takes all such fields out of what is sent on. */
    public void dropAll(final Head head) {
        if (hasOwnId()) {
            head.dropAll(id);
            return;
        }
        for (int i = findFrom(head, 0); i >= 0; i = findFrom(head, i + 1)) {
            head.drop(i);
        }
    }

    private boolean hasOwnId() {
        return id != FieldNames.UNKNOWN && id != FieldNames.X_FORWARDED_OTHER;
    }

    private int findFrom(final Head head, final int from) {
        for (int i = from, count = head.fieldCount(); i < count; i++) {
            if (head.id(i) == id && Head.equalIgnoreCase(lower, head.bytes(), head.nameOffset(i), head.nameLength(i))) {
                return i;
            }
        }
        return -1;
    }

    @Override
    public String toString() {
        return new String(name, StandardCharsets.ISO_8859_1);
    }
}
