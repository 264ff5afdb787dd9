package openclaw.edge.proxy.listen;

/** What the connections of one event loop hold before a protocol's handler sees it. Owned by its event loop. */
final class Beginnings {
    /** Connections without a whole PROXY header or TLS handshake. */
    final OldestFirst setups = new OldestFirst();

    /** Connections with a TLS record that is not whole. */
    final OldestFirst records = new OldestFirst();
}
