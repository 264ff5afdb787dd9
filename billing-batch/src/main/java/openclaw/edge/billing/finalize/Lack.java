package openclaw.edge.billing.finalize;

import openclaw.edge.billing.store.AcceptedMissing;

/**
 * Something that a cycle cannot be finalized without, unless somebody accepts it.
 *
 * @param kind what kind of thing it is
 * @param subject a life, a node of which no life was read, or a tenant
 * @param lane number, or {@code *}
 * @param sequences {@code FROM-TO}, {@code end} or {@code *}
 * @param what for people
 */
record Lack(Kind kind, String subject, String lane, String sequences, String what) {
    /** Why something is needed. */
    enum Kind {
        /** The catalog's {@code edges} name a node of which there is no journal. */
        EDGE,
        /** A life is spoken of, and its journal is not there. */
        JOURNAL,
        /** A life may still write records of the cycle. */
        UNFINISHED,
        /** Sequences that should be there. */
        GAP,
        /** Two records of one identity. */
        CONFLICT,
        /** Usage in the cycle of a tenant that the catalog does not have. */
        TENANT;

        /** As manifests name it. */
        String text() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    /** Whether this is accepted. */
    boolean isCoveredBy(AcceptedMissing accepted) {
        return accepted.covers(subject, lane, sequences);
    }

    /** What {@code --accept-missing} takes. */
    String address() {
        return subject + ":" + lane + ":" + sequences;
    }
}
