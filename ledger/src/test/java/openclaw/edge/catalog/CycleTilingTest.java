package openclaw.edge.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.zone.ZoneRules;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** All invoice days, all months of four years, zones with every kind of change at midnight. */
class CycleTilingTest {
    private static final YearMonth FIRST = YearMonth.of(2024, 1);
    private static final int MONTHS = 48;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "UTC",
                "Europe/Berlin",
                "America/New_York",
                "America/Havana", // back at 01:00: midnight twice
                "Africa/Cairo", // forward at 00:00: no midnight
                "Asia/Beirut", // forward at 00:00, and back at midnight
                "Australia/Lord_Howe", // half an hour
                "Asia/Kathmandu",
                "Pacific/Kiritimati",
                "Pacific/Pago_Pago"
            })
    void shouldTileTimeWithoutGapOrOverlap(String zone) {
        ZoneId id = ZoneId.of(zone);
        for (int day = 1; day <= 31; day++) {
            BillingCalendar calendar = new BillingCalendar(day, id);
            long endNs = calendar.cycle(FIRST.minusMonths(1).toString()).endNs();
            for (int i = 0; i < MONTHS; i++) {
                YearMonth month = FIRST.plusMonths(i);
                BillingCycle cycle = calendar.cycle(month.toString());
                assertThat(cycle.startNs()).as("%s %s", calendar, month).isEqualTo(endNs);
                assertThat(cycle.startNs())
                        .as("first instant of the day: %s %s", calendar, month)
                        .isEqualTo(firstInstantNs(month.atDay(Math.min(day, month.lengthOfMonth())), id));
                assertThat(calendar.cycleAt(cycle.startNs())).isEqualTo(cycle);
                assertThat(calendar.cycleAt(cycle.endNs() - 1)).isEqualTo(cycle);
                long days = Math.floorDiv(cycle.lengthNs() + 43_200_000_000_000L, 86_400_000_000_000L);
                assertThat(days).as("%s %s", calendar, month).isBetween(28L, 31L);
                endNs = cycle.endNs();
            }
        }
    }

    /** The first second whose local date is the day, looked for and not computed. */
    private static long firstInstantNs(LocalDate day, ZoneId zone) {
        ZoneRules rules = zone.getRules();
        long low = day.minusDays(2).toEpochDay() * 86_400;
        long high = day.plusDays(2).toEpochDay() * 86_400;
        while (low + 1 < high) {
            long middle = (low + high) >>> 1;
            Instant at = Instant.ofEpochSecond(middle);
            LocalDate local =
                    LocalDateTime.ofEpochSecond(middle, 0, rules.getOffset(at)).toLocalDate();
            if (local.isBefore(day)) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return high * 1_000_000_000L;
    }
}
