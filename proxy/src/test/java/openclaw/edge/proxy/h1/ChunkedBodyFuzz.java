package openclaw.edge.proxy.h1;

/** Coverage-guided: chunk lines, extensions and trailers of a request whose head is good. See {@link FuzzInput}. */
public final class ChunkedBodyFuzz {
    private ChunkedBodyFuzz() {}

    /** The fuzzer's entry. */
    public static void fuzzerTestOneInput(final byte[] data) {
        FuzzInput.compare(
                data, null, "POST / HTTP/1.1\r\nHost: h\r\nTE: trailers\r\nTransfer-Encoding: chunked\r\n\r\n");
    }
}
