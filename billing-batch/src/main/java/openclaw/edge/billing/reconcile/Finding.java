package openclaw.edge.billing.reconcile;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Something that a reconciliation names.
 *
 * @param kind of difference, or {@link Kind#BALANCE} for what agrees
 * @param subject life, place in a journal or tenant
 * @param requests how many requests it is about
 * @param tokens how many tokens
 * @param what for people
 * @param figures what was compared, by name; empty where requests and tokens say it all
 */
public record Finding(
        Kind kind, String subject, long requests, long tokens, String what, SortedMap<String, Long> figures) {
    /** Copies the figures. */
    public Finding {
        figures = Collections.unmodifiableSortedMap(new TreeMap<>(figures));
    }

    /** Without figures of its own. */
    public Finding(Kind kind, String subject, long requests, long tokens, String what) {
        this(kind, subject, requests, tokens, what, Collections.emptySortedMap());
    }

    /** What kinds there are. */
    public enum Kind {
        /** Agrees. */
        BALANCE(false),
        /** Cannot be compared: one side does not tell. */
        NOT_COMPARED(false),
        /** Met more than once in copies, counted once. */
        DUPLICATE(false),
        /** Was open when its process died: nobody knows how it ended. */
        IN_DOUBT(true),
        /** Arrived after the cycle was finalized. */
        LATE(true),
        /** Two records of one identity. */
        CONFLICT(true),
        /** A node has declared the records gone. */
        VOID(true),
        /** Served without a record. */
        LOSS(true),
        /** Records that should be there and are not. */
        MISSING(true),
        /** More was counted on one side than on the other. */
        SURPLUS(true);

        private final boolean isDifference;

        Kind(boolean isDifference) {
            this.isDifference = isDifference;
        }

        /** Whether the two sides are not the same because of it. */
        public boolean isDifference() {
            return isDifference;
        }

        /** As it is printed. */
        public String text() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }
}
