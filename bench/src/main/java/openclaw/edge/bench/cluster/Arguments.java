package openclaw.edge.bench.cluster;

import java.util.Locale;

/** What a measurement of clusters is told on the command line. What cannot be meant is told, and ends the process with 2. */
final class Arguments {

    /** With more loss than this nodes hardly hear of one another, and nothing is measured. */
    private static final double MOST_LOSS = 0.9;

    private final String[] given;

    /**
     * What was given.
     *
     * @param given all of it.
     * @param most how many there may be.
     */
    Arguments(final String[] given, final int most) {
        this.given = given;
        if (given.length > most) {
            refuse("argument", given[most], "at most " + most);
        }
    }

    /** The argument at this place as a number from {@code least} to {@code most}; {@code absent} where there is none. */
    int integer(final int place, final String name, final int absent, final int least, final int most) {
        if (place >= given.length) {
            return absent;
        }
        try {
            final int number = Integer.parseInt(given[place]);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (final NumberFormatException e) {
            // Told below, as one that is out of range.
        }
        throw refuse(name, given[place], String.format(Locale.ROOT, "a whole number from %,d to %,d", least, most));
    }

    /** The share of datagrams that are lost; none where it is not given. */
    double loss(final int place) {
        if (place >= given.length) {
            return 0;
        }
        try {
            final double loss = Double.parseDouble(given[place]);
            if (loss >= 0 && loss <= MOST_LOSS) {
                return loss;
            }
        } catch (final NumberFormatException e) {
            // Told below, as one that is out of range.
        }
        throw refuse("LOSS", given[place], "a share of datagrams from 0 to " + MOST_LOSS + ", 0.1 for 10 %");
    }

    /** One of two words. */
    boolean isFirst(final int place, final String name, final String first, final String second) {
        if (place < given.length && (given[place].equals(first) || given[place].equals(second))) {
            return given[place].equals(first);
        }
        throw refuse(name, place < given.length ? given[place] : "", first + " or " + second);
    }

    private static IllegalArgumentException refuse(final String name, final String value, final String expected) {
        System.err.println(name + "=" + value + ": expected " + expected);
        System.exit(2);
        return new IllegalArgumentException(name);
    }
}
