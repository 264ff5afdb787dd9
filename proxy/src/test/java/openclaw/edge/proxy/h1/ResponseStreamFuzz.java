package openclaw.edge.proxy.h1;

/** Coverage-guided: response heads and bodies, interim ones too. See {@link FuzzInput}. */
public final class ResponseStreamFuzz {
    private ResponseStreamFuzz() {}

    /** The fuzzer's entry. */
    public static void fuzzerTestOneInput(final byte[] data) {
        FuzzInput.compare(data, data.length > 0 && (data[0] & 1) == 1 ? "HEAD" : "GET", "");
    }
}
