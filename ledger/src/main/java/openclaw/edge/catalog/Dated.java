package openclaw.edge.catalog;

import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Set;

/**
 * A value that may change at given times.
 *
 * @param entries in order of time; only the first may have no beginning
 */
record Dated<T>(List<Entry<T>> entries) {
    /**
     * A value and its beginning: neither for always, else a date (its first instant in the tenant's zone) or an instant.
     */
    record Entry<T>(LocalDate date, Instant instant, T value) {
        long fromNs(BillingCalendar calendar) {
            if (instant != null) {
                return BillingCalendar.ns(instant);
            }
            return date == null ? Long.MIN_VALUE : calendar.startOfDayNs(date);
        }
    }

    static <T> Dated<T> always(T value) {
        return new Dated<>(List.of(new Entry<>(null, null, value)));
    }

    /** The value at an instant, or null before the first. */
    T at(long instantNs, BillingCalendar calendar) {
        T current = null;
        for (Entry<T> entry : entries) {
            if (entry.fromNs(calendar) <= instantNs) {
                current = entry.value();
            }
        }
        return current;
    }

    T first() {
        return entries.get(0).value();
    }

    void addBoundaries(Set<Long> boundaries, BillingCalendar calendar) {
        for (Entry<T> entry : entries) {
            boundaries.add(entry.fromNs(calendar));
        }
    }
}
