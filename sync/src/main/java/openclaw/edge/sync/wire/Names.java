package openclaw.edge.sync.wire;

/** What a name from the network may hold. */
final class Names {

    private static final byte FIRST_PRINTABLE = 0x20;
    private static final byte DELETE = 0x7F;

    private Names() {}

    /** Whether the first bytes hold no control character, so that they can be shown; other than ASCII passes. */
    static boolean isPrintable(final byte[] name, final int length) {
        for (int i = 0; i < length; i++) {
            if (name[i] == DELETE || (name[i] >= 0 && name[i] < FIRST_PRINTABLE)) {
                return false;
            }
        }
        return true;
    }
}
