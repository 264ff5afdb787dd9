package openclaw.edge.proxy.decide;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** A tenant as decisions need it: id and the parts of the cycles around now, in order of time. Immutable. */
public final class TenantEntry {
    private final String id;
    private final byte[] idBytes;
    private final AdmissionPart[] parts;

    /**
     * @param id of the tenant
     * @param parts without gaps, in order of time, at least one
     */
    public TenantEntry(final String id, final List<AdmissionPart> parts) {
        if (parts.isEmpty()) {
            throw new IllegalArgumentException(
                    "tenant '" + id + "' has no terms, expected at least one part of a cycle");
        }
        this.id = id;
        this.idBytes = id.getBytes(StandardCharsets.US_ASCII);
        this.parts = parts.toArray(new AdmissionPart[0]);
    }

    /** The tenant's id. */
    public String id() {
        return id;
    }

    /** The id's bytes; not to be written to. */
    public byte[] idBytes() {
        return idBytes;
    }

    /** The part in which an instant of cycle time lies; before the first the first, after the last the last. */
    public AdmissionPart partAt(final long epochNs) {
        int i = 0;
        while (i < parts.length - 1 && epochNs >= parts[i].toNs()) {
            i++;
        }
        return parts[i];
    }

    /** All parts, in order of time. */
    public List<AdmissionPart> parts() {
        return List.of(parts);
    }
}
