package openclaw.edge.proxy.exchange;

/**
 * What decides about exchanges: identity, limits, forwarding, records. Knows no protocol. All calls come on the exchange's
 * event loop.
 */
public interface ExchangeHandler {
    /**
     * The request's head is complete. The handler calls one of {@link Exchange#answer}, {@link Exchange#needBody} or
     * {@link Exchange#forward}.
     */
    void onRequest(Exchange exchange);

    /**
     * What the client sent is no legal request, or did not come in time. The handler counts it and calls
     * {@link Exchange#answer}; the connection is closed after it. The head is filled as far as it could be read.
     *
     * @param defect what is wrong, with the status to answer
     */
    void onMalformed(Exchange exchange, Defect defect);

    /** As many bytes of the body as asked for by {@link Exchange#needBody}, or all there are, are held. */
    void onBody(Exchange exchange);

    /** The request's head is about to be sent to an upstream that was acquired. */
    void onSend(Exchange exchange);

    /** The trailers of a request whose head was sent are about to be: what clients may not say is dropped from them. */
    default void onRequestTrailers(final Exchange exchange, final Head trailers) {}

    /**
     * The final response's head, or the 101 that opens a tunnel, is there as the upstream sent it; it is sent to the client
     * when this returns.
     */
    void onResponse(Exchange exchange);

    /**
     * A piece of either body that is not its last, or anything in a tunnel, is about to be passed on; it is counted in the
     * exchange's bytes.
     */
    default void onProgress(final Exchange exchange) {}

    /**
     * The exchange was given up by one side before anything of the final response was sent. The handler calls
     * {@link Exchange#answer} or, when {@code reason} allows, {@link Exchange#forward} again.
     */
    void onFailure(Exchange exchange, Reason reason);

    /**
     * The exchange ends. Called exactly once for each that began, before the byte that completes the response is handed to
     * the kernel: whatever must be on record by then is written here.
     */
    void onEnd(Exchange exchange, Outcome outcome);

    /** Makes what the layers above keep with an exchange; called once per pooled object. */
    Attachment newAttachment();

    /** What the layers above the protocols know of one exchange; reused with it. */
    interface Attachment {
        /** Forgets everything. */
        void reset();
    }
}
