package openclaw.edge.proxy.tls;

/** What was expected of a PEM file and what is in it instead; never a byte of a key. */
public final class PemException extends Exception {
    private static final long serialVersionUID = 1L;

    private final String expected;
    private final String found;

    PemException(final String expected, final String found) {
        super("expected " + expected + ", found " + found);
        this.expected = expected;
        this.found = found;
    }

    /** What should have been there. */
    public String expected() {
        return expected;
    }

    /** What is there. */
    public String found() {
        return found;
    }
}
