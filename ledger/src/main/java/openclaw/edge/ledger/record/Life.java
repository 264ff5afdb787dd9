package openclaw.edge.ledger.record;

import java.security.SecureRandom;

/**
 * One process start of one node: 128 random bits, never resumed. With lane and sequence it identifies a usage record.
 *
 * @param high the upper 64 bits
 * @param low the lower 64 bits
 */
public record Life(long high, long low) implements Comparable<Life> {
    /** Stands where there is no life, such as the predecessor of a directory's first. */
    public static final Life NONE = new Life(0, 0);

    /**
     * Draws a new life.
     *
     * @return 128 bits from the platform's secure random source
     */
    public static Life random() {
        final SecureRandom random = new SecureRandom();
        Life life = NONE;
        while (life.isNone()) {
            life = new Life(random.nextLong(), random.nextLong());
        }
        return life;
    }

    /**
     * Reads what {@link #toString()} wrote.
     *
     * @param hex 32 hexadecimal digits
     * @return the life
     * @throws IllegalArgumentException when the text is anything else
     */
    public static Life parse(final String hex) {
        if (hex.length() != 32) {
            throw new IllegalArgumentException("life '" + hex + "': expected 32 hexadecimal digits");
        }
        try {
            return new Life(
                    Long.parseUnsignedLong(hex.substring(0, 16), 16), Long.parseUnsignedLong(hex.substring(16), 16));
        } catch (final NumberFormatException e) {
            throw new IllegalArgumentException("life '" + hex + "': expected 32 hexadecimal digits", e);
        }
    }

    /**
     * Whether this is {@link #NONE}.
     *
     * @return true for all bits zero
     */
    public boolean isNone() {
        return (high | low) == 0;
    }

    @Override
    public int compareTo(final Life other) {
        final int byHigh = Long.compareUnsigned(high, other.high);
        return byHigh != 0 ? byHigh : Long.compareUnsigned(low, other.low);
    }

    /** 32 lower-case hexadecimal digits, high bits first. */
    @Override
    public String toString() {
        final StringBuilder text = new StringBuilder(32);
        appendHex(text, high);
        appendHex(text, low);
        return text.toString();
    }

    private static void appendHex(final StringBuilder text, final long bits) {
        for (int shift = 60; shift >= 0; shift -= 4) {
            text.append(Character.forDigit((int) (bits >>> shift) & 0xF, 16));
        }
    }
}
