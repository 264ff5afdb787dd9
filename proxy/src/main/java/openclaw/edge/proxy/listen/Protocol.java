package openclaw.edge.proxy.listen;

/** What is spoken on a client's connection, as far as its set-up has found out. */
public enum Protocol {
    /** HTTP/1: what ALPN chose, or what a listener without HTTP/2 speaks. */
    HTTP_1,
    /** HTTP/2, chosen by ALPN: the client's preface comes first. */
    HTTP_2,
    /** Without TLS on a listener that speaks both: HTTP/2 if its preface comes first, else HTTP/1. */
    HTTP_1_OR_2
}
