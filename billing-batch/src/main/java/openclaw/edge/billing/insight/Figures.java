package openclaw.edge.billing.insight;

import java.math.BigInteger;
import java.time.Instant;
import openclaw.edge.yaml.VisibleText;

/** Numbers, changes and times as reports write them; the same in every locale. */
final class Figures {
    private Figures() {}

    /** Digits in threes. */
    static String count(long value) {
        StringBuilder text = new StringBuilder(Long.toString(Math.abs(value)));
        for (int at = text.length() - 3; at > 0; at -= 3) {
            text.insert(at, ',');
        }
        return (value < 0 ? "-" : "") + text;
    }

    /** Tenths as a decimal. */
    static String tenths(long tenths) {
        return (tenths < 0 ? "-" : "") + Math.abs(tenths) / 10 + "." + Math.abs(tenths) % 10;
    }

    /** A change in percent with one decimal and its sign; {@code new} when there was nothing. */
    static String change(long now, long then) {
        if (then == 0) {
            return now == 0 ? "+0.0 %" : "new";
        }
        long permille = BigInteger.valueOf(now - then)
                .multiply(BigInteger.valueOf(1_000))
                .divide(BigInteger.valueOf(then))
                .longValue();
        return (permille < 0 ? "" : "+") + tenths(permille) + " %";
    }

    /** An hour's first instant, ISO 8601 in UTC. */
    static String instant(long hour) {
        return Instant.ofEpochSecond(hour * 3_600).toString();
    }

    /** An hour as {@code 2026-11-20 14:00}. */
    static String time(long hour) {
        return instant(hour).substring(0, 16).replace('T', ' ');
    }

    /** The day of an hour. */
    static String day(long hour) {
        return instant(hour).substring(0, 10);
    }

    /** The first hour of the day after an hour's. */
    static long nextDay(long hour) {
        return (hour / 24 + 1) * 24;
    }

    /** A text of at most so many characters that all show. */
    static String cut(String text, int characters) {
        String plain = VisibleText.of(text);
        int count = plain.codePointCount(0, plain.length());
        return count <= characters ? plain : plain.substring(0, plain.offsetByCodePoints(0, characters - 1)) + "\u2026";
    }

    /** The part of another whole, rounded down. */
    static long scaled(long part, long otherWhole, long whole) {
        return whole == 0
                ? 0
                : BigInteger.valueOf(part)
                        .multiply(BigInteger.valueOf(otherWhole))
                        .divide(BigInteger.valueOf(whole))
                        .longValueExact();
    }
}
