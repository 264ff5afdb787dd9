package openclaw.edge.billing.journal;

/** Writes one flat JSON object, field after field, to a line. Not thread-safe. */
final class Json {
    private final StringBuilder out;
    private final Text.Instants instants = new Text.Instants();
    private boolean isFirst;

    Json(StringBuilder out) {
        this.out = out;
    }

    Json begin(String type) {
        out.append('{');
        isFirst = true;
        return text("type", type);
    }

    private StringBuilder name(String name) {
        if (!isFirst) {
            out.append(',');
        }
        isFirst = false;
        return out.append('"').append(name).append("\":");
    }

    /** A string; null for an empty one. */
    Json text(String name, String value) {
        Text.jsonOrNull(name(name), value);
        return this;
    }

    Json count(String name, long value) {
        Text.count(name(name), value);
        return this;
    }

    Json flag(String name, boolean value) {
        name(name).append(value);
        return this;
    }

    Json instant(String name, long ns) {
        name(name).append('"');
        instants.append(out, ns);
        out.append('"');
        return this;
    }

    /** An instant, or null for one of the two that mean none. */
    Json instantOrNull(String name, long ns) {
        if (ns == Long.MIN_VALUE || ns == Long.MAX_VALUE) {
            name(name).append("null");
            return this;
        }
        return instant(name, ns);
    }

    /** 32 hexadecimal digits; null for no life. */
    Json life(String name, long high, long low) {
        if ((high | low) == 0) {
            name(name).append("null");
        } else {
            name(name).append('"');
            Text.hex(out, high);
            Text.hex(out, low);
            out.append('"');
        }
        return this;
    }

    /** Hexadecimal digits; null for 0. */
    Json hexOrNull(String name, long bits, int digits) {
        if (bits == 0) {
            name(name).append("null");
        } else {
            name(name).append('"');
            Text.hex(out, bits, digits);
            out.append('"');
        }
        return this;
    }

    /** Opens something inside; whoever writes it closes it. */
    StringBuilder inside(String name) {
        return name(name);
    }

    void end() {
        out.append('}');
    }
}
