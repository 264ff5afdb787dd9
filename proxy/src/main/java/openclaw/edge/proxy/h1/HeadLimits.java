package openclaw.edge.proxy.h1;

/**
 * What one message head may cost. Immutable; made from the configuration once.
 *
 * @param headBytes of the whole head, start line to empty line, 64 to 1 MiB; a trailer section has the same limit
 * @param fields number of field lines, 1 to 10,000
 * @param targetBytes of the request target, 1 to {@code headBytes}; not used for responses
 */
public record HeadLimits(int headBytes, int fields, int targetBytes) {
    /** For requests when nothing else is configured. */
    public static final HeadLimits REQUEST = new HeadLimits(16 * 1024, 100, 8 * 1024);

    /** For upstream responses. */
    public static final HeadLimits RESPONSE = new HeadLimits(64 * 1024, 500, 8 * 1024);

    /** How much longer than its target a request line may be: a method, two spaces, the version. */
    private static final int LINE_BESIDES_TARGET_BYTES = 64;

    public HeadLimits {
        check("headBytes", headBytes, 64, 1 << 20);
        check("fields", fields, 1, 10_000);
        check("targetBytes", targetBytes, 1, headBytes);
    }

    /** The longest start line that is read on without its end in sight. */
    int lineBytes() {
        return targetBytes + LINE_BESIDES_TARGET_BYTES;
    }

    private static void check(final String name, final int value, final int least, final int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(
                    name + "=" + value + ", expected " + least + " to " + most + ": correct the head limits");
        }
    }
}
