package openclaw.edge.proxy.h1;

/** Coverage-guided: request heads, bodies and pipelines. See {@link FuzzInput}. */
public final class RequestStreamFuzz {
    private RequestStreamFuzz() {}

    /** The fuzzer's entry. */
    public static void fuzzerTestOneInput(final byte[] data) {
        FuzzInput.compare(data, null, "");
    }
}
