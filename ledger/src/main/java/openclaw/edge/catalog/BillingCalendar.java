package openclaw.edge.catalog;

import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeParseException;
import java.time.zone.ZoneRulesProvider;

/**
 * When cycles begin: at the start of {@code invoiceDay} of every month in a zone; of the month's last day where the month
 * is shorter. The start of a day is the first instant of that date, also where daylight saving skips or repeats midnight.
 *
 * @param invoiceDay 1 to 31
 * @param zone whose days count
 */
public record BillingCalendar(int invoiceDay, ZoneId zone) {
    private static final long NS_PER_SECOND = 1_000_000_000L;

    /** The cycle in which an instant lies. */
    public BillingCycle cycleAt(long instantNs) {
        YearMonth month = YearMonth.from(instant(instantNs).atZone(zone));
        if (instantNs < startNs(month)) {
            return cycle(month.minusMonths(1));
        }
        return instantNs < startNs(month.plusMonths(1)) ? cycle(month) : cycle(month.plusMonths(1));
    }

    /**
     * The cycle with the given id.
     *
     * @throws IllegalArgumentException when the id is not of the form {@code 2026-11}
     */
    public BillingCycle cycle(String id) {
        try {
            YearMonth month = YearMonth.parse(id);
            if (id.length() == 7 && month.getYear() >= 1970 && month.getYear() < 2200) {
                return cycle(month);
            }
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException("cycle '" + id + "': expected year and month like 2026-11", e);
        }
        throw new IllegalArgumentException("cycle '" + id + "': expected a year from 1970 to 2199");
    }

    /** The version of the zone's rules (tzdata), which cycles depend on; {@code fixed} where none is used. */
    public String zoneRulesVersion() {
        if (zone.getRules().isFixedOffset()) {
            return "fixed";
        }
        return ZoneRulesProvider.getVersions(zone.getId()).lastKey();
    }

    /** The first instant of a date in this calendar's zone. */
    public long startOfDayNs(LocalDate date) {
        return ns(date.atStartOfDay(zone).toInstant());
    }

    /** Nanoseconds since the epoch. */
    public static long ns(Instant instant) {
        return Math.addExact(Math.multiplyExact(instant.getEpochSecond(), NS_PER_SECOND), instant.getNano());
    }

    /** The instant of nanoseconds since the epoch. */
    public static Instant instant(long ns) {
        return Instant.ofEpochSecond(Math.floorDiv(ns, NS_PER_SECOND), Math.floorMod(ns, NS_PER_SECOND));
    }

    private BillingCycle cycle(YearMonth month) {
        return new BillingCycle(month.toString(), startNs(month), startNs(month.plusMonths(1)));
    }

    private long startNs(YearMonth month) {
        ZonedDateTime start =
                month.atDay(Math.min(invoiceDay, month.lengthOfMonth())).atStartOfDay(zone);
        return ns(start.toInstant());
    }
}
