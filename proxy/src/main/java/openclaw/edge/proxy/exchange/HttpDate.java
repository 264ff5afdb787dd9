package openclaw.edge.proxy.exchange;

import java.nio.charset.StandardCharsets;

/** IMF-fixdate, {@code Sun, 06 Nov 1994 08:49:37 GMT} (RFC 9110 section 5.6.7), without allocation. */
public final class HttpDate {
    /** Every IMF-fixdate has this many bytes. */
    public static final int LENGTH = 29;

    private static final byte[] DAYS = ascii("ThuFriSatSunMonTueWed");
    private static final byte[] MONTHS = ascii("JanFebMarAprMayJunJulAugSepOctNovDec");
    private static final byte[] TEMPLATE = ascii("Thu, 01 Jan 1970 00:00:00 GMT");

    private HttpDate() {}

    /**
     * Writes a date.
     *
     * @param epochSecond seconds since 1970-01-01T00:00Z, years 0 to 9999
     * @param out at least {@link #LENGTH} bytes
     */
    public static void write(final long epochSecond, final byte[] out) {
        final long days = Math.floorDiv(epochSecond, 86_400L);
        final int second = (int) Math.floorMod(epochSecond, 86_400L);
        System.arraycopy(TEMPLATE, 0, out, 0, LENGTH);
        System.arraycopy(DAYS, 3 * (int) Math.floorMod(days, 7L), out, 0, 3);
        // Civil date from a day count, in years that begin on 1 March (H. Hinnant, "chrono-Compatible Low-Level Date
        // Algorithms", civil_from_days).
        final long z = days + 719_468;
        final long era = Math.floorDiv(z, 146_097L);
        final int dayOfEra = (int) (z - era * 146_097);
        final int yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365;
        final int dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
        final int shifted = (5 * dayOfYear + 2) / 153;
        final int day = dayOfYear - (153 * shifted + 2) / 5 + 1;
        final int month = shifted < 10 ? shifted + 3 : shifted - 9;
        final int year = (int) (yearOfEra + era * 400) + (month <= 2 ? 1 : 0);
        two(out, 5, day);
        System.arraycopy(MONTHS, 3 * (month - 1), out, 8, 3);
        two(out, 12, year / 100);
        two(out, 14, year % 100);
        two(out, 17, second / 3600);
        two(out, 20, second / 60 % 60);
        two(out, 23, second % 60);
    }

    private static void two(final byte[] out, final int at, final int value) {
        out[at] = (byte) ('0' + value / 10);
        out[at + 1] = (byte) ('0' + value % 10);
    }

    private static byte[] ascii(final String s) {
        return s.getBytes(StandardCharsets.US_ASCII);
    }
}
