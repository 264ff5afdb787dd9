package openclaw.edge.proxy.h1;

/** What a step through a connection's input came to. */
enum ReadStep {
    /** Something was used; there may be more to use. */
    GO_ON,
    /** What is there cannot be used yet. */
    NEED_MORE,
    /** Everything was used, and the buffer may be another's now: its indices mean nothing any more. */
    BUFFER_GONE
}
