package openclaw.edge.proxy.notice;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;

/**
 * A part of a quota at which to notify.
 *
 * @param bit of the mask of sent notices on the quota row: part of what members tell one another, never to be reused
 * @param part of the quota, above 0 and at most 1, without trailing zeros
 * @param tokens from which it is reached, at least 1: nothing is reached before something was used
 */
record NoticeThreshold(int bit, String part, long tokens) {
    private static final BigDecimal EARLY = new BigDecimal("0.8");
    private static final int EARLY_BIT = 1;
    private static final int REMINDER_BIT = 1 << 1;
    private static final int FULL_BIT = 1 << 2;

    /**
     * The thresholds of a quota, each part once.
     *
     * @param reminder the part at which the catalog wants to be reminded
     * @param quota tokens of the cycle, at least 0
     */
    static List<NoticeThreshold> of(final BigDecimal reminder, final long quota) {
        final List<NoticeThreshold> thresholds = new ArrayList<>();
        thresholds.add(of(EARLY_BIT, EARLY, quota));
        if (reminder.compareTo(EARLY) != 0 && reminder.compareTo(BigDecimal.ONE) != 0) {
            thresholds.add(of(REMINDER_BIT, reminder, quota));
        }
        thresholds.add(of(FULL_BIT, BigDecimal.ONE, quota));
        return thresholds;
    }

    private static NoticeThreshold of(final int bit, final BigDecimal part, final long quota) {
        final long tokens = part.multiply(BigDecimal.valueOf(quota))
                .setScale(0, RoundingMode.CEILING)
                .longValueExact();
        // 1 is told as 1.0, as it is written everywhere.
        final String text = part.compareTo(BigDecimal.ONE) == 0
                ? "1.0"
                : part.stripTrailingZeros().toPlainString();
        return new NoticeThreshold(bit, text, Math.max(1, tokens));
    }
}
