package openclaw.edge.proxy.exchange;

/** What an event loop counts: ids are positions, labels are names of metrics without their unit suffix. */
public enum EdgeCounter {
    CONNECTIONS_ACCEPTED("client_connections_accepted", "Connections accepted from clients"),
    CONNECTIONS_CLOSED("client_connections_closed", "Connections from clients that ended"),
    CONNECTIONS_REFUSED(
            "client_connections_refused", "Connections closed at accept: over limits.connections or limits.buffers"),
    SETUP_EVICTIONS(
            "client_setup_evictions",
            "Connections closed without a whole PROXY header or TLS handshake, because connections ran short"),
    PROXY_HEADERS_REFUSED(
            "client_proxy_headers_refused", "Connections closed because they did not begin with a legal PROXY header"),
    PROXY_HEADER_TIMEOUTS(
            "client_proxy_header_timeouts", "Connections closed because a PROXY header did not complete in time"),
    TLS_HANDSHAKES("client_tls_handshakes", "TLS handshakes that succeeded"),
    TLS_RESUMED("client_tls_resumed", "TLS handshakes that resumed a session"),
    TLS_TIMEOUTS("client_tls_timeouts", "TLS handshakes that did not complete in time"),
    TLS_FAILED_ALIEN("client_tls_failed_alien", "TLS handshakes failed: what came was no TLS"),
    TLS_FAILED_PROTOCOL(
            "client_tls_failed_protocol", "TLS handshakes failed: no version or cipher in common, or a broken message"),
    TLS_FAILED_CLIENT_CERTIFICATE(
            "client_tls_failed_client_certificate", "TLS handshakes failed: no client certificate, or a foreign one"),
    TLS_FAILED_REFUSED("client_tls_failed_refused", "TLS handshakes failed: the client sent an alert"),
    TLS_FAILED_CLOSED("client_tls_failed_closed", "TLS handshakes failed: the client closed the connection"),
    TLS_BROKEN(
            "client_tls_broken",
            "Connections closed after their TLS handshake for an alert, or a record not to be read"),
    TLS_RECORD_EVICTIONS(
            "client_tls_record_evictions", "Connections with an unfinished record closed: limits.buffers ran short"),
    EXCHANGES_BEGUN("exchanges_begun", "Exchanges begun: for every head that was complete, or given up"),
    EXCHANGES_ENDED("exchanges_ended", "Exchanges that are over"),
    REQUESTS("requests", "Requests whose head was complete and legal"),
    REQUESTS_MALFORMED(
            "requests_malformed",
            "Heads that were answered 4xx or 5xx by the parser and their connection closed, or whose HTTP/2 stream was reset"),
    ADMITTED("requests_admitted", "Requests admitted; each leaves one final record"),
    ADMITTED_UNRECORDED(
            "requests_admitted_unrecorded",
            "Requests served without a record (on_unavailable: admit), totalled as loss"),
    TOKENS_UNRECORDED("tokens_admitted_unrecorded", "Tokens that requests without a record were admitted with"),
    REFUNDED_UNRECORDED("tokens_refunded_unrecorded", "Of those, tokens that were given back"),
    REFUSED_UNAUTHENTICATED("requests_refused_unauthenticated", "Refused 401: no credential, or an unknown one"),
    REFUSED_FORBIDDEN("requests_refused_forbidden", "Refused 403: the tenant claimed is not the credential's"),
    REFUSED_IDENTITY("requests_refused_identity", "Refused 400: identity fields repeated, contradictory or illegal"),
    REFUSED_RATE("requests_refused_rate", "Refused 429: a limit has no tokens left"),
    REFUSED_COST("requests_refused_cost", "Refused 429: the cost is above a limit's capacity"),
    REFUSED_QUOTA("requests_refused_quota", "Refused 429: the quota of the billing cycle is used up"),
    REFUSED_PARTITION(
            "requests_refused_partition",
            "Refused 503: members of the cluster are silent, and the limit is on_partition: closed"),
    REFUSED_LOST(
            "requests_refused_lost",
            "Refused 503: another process changed this node's file of buckets or quotas, so that what was counted is lost"),
    REFUSED_JOURNAL("requests_refused_journal", "Refused 503: usage could not be recorded"),
    REFUSED_STALE(
            "requests_refused_stale", "Refused 503: the tenant's limits were replaced twice while it was decided"),
    REFUSED_LOOP("requests_refused_loop", "Refused 508: the request came through this node before"),
    REFUSED_PATH("requests_refused_path", "Refused 400: a path that others may read differently (strict_paths)"),
    REFUSED_UNDECIDED("requests_refused_undecided", "Given up before a decision: the body that it needs did not come"),
    ANSWERED_HERE("requests_answered_here", "Refused to be forwarded by their own wish (OPTIONS, Max-Forwards: 0)"),
    OUTPUT_PARKED("client_output_parked", "Times that output waited for its record to be durable (durability: power)"),
    OUTPUT_PARKED_GIVEN_UP(
            "client_output_parked_given_up",
            "Connections closed with output that waited in vain for its record to be durable"),
    FIELDS_LOOKALIKE(
            "fields_lookalike_dropped",
            "Fields dropped because their name reads as a framing or identity field elsewhere"),
    HEAD_TIMEOUTS("client_head_timeouts", "Connections closed because a head did not complete in time"),
    HEAD_EVICTIONS("client_head_evictions", "Unfinished heads answered 408 because limits.buffers ran short"),
    KEEP_ALIVE_TIMEOUTS("client_keep_alive_timeouts", "Idle client connections closed"),
    BODY_TIMEOUTS(
            "client_body_timeouts", "Requests given up because their body, or the taking of the response, stood still"),
    BODY_MALFORMED("client_body_malformed", "Requests given up because their body broke its framing"),
    BODY_TOO_LARGE("client_body_too_large", "Requests refused because of limits.body"),
    CLIENT_ABORTS("client_aborts", "Exchanges ended by a client that went away"),
    RESPONSES_ABORTED("client_responses_aborted", "Client connections cut because the response could not be finished"),
    H2_CONNECTIONS("http2_connections", "Connections from clients that speak HTTP/2"),
    H2_STREAMS("http2_streams", "HTTP/2 streams that clients opened"),
    H2_STREAMS_REFUSED("http2_streams_refused", "HTTP/2 streams reset with REFUSED_STREAM: too many, or no room"),
    H2_RESETS_RECEIVED("http2_resets_received", "HTTP/2 streams that clients reset"),
    H2_RESETS_SENT("http2_resets_sent", "HTTP/2 streams reset for their clients' errors, or unfinished responses"),
    H2_GOAWAY_DRAIN("http2_goaway_drain", "HTTP/2 connections told to end because this node goes down"),
    H2_GOAWAY_TIMEOUT("http2_goaway_timeout", "HTTP/2 connections ended because they were idle, or stood still"),
    H2_GOAWAY_CALM(
            "http2_goaway_calm", "HTTP/2 connections ended with ENHANCE_YOUR_CALM: a flood of one kind or another"),
    H2_GOAWAY_ERROR("http2_goaway_error", "HTTP/2 connections ended for a breach of the protocol"),
    UPSTREAM_CONNECTS("upstream_connects", "Connections made to upstreams"),
    UPSTREAM_CONNECT_FAILED("upstream_connect_failed", "Connections to upstreams that failed or took too long"),
    UPSTREAM_TLS_FAILED(
            "upstream_tls_failed",
            "Of those, connections that failed in the TLS handshake: certificate, host name, time"),
    UPSTREAM_CLOSED("upstream_closed", "Connections to upstreams that ended"),
    UPSTREAM_REUSED("upstream_reused", "Exchanges served on a pooled connection"),
    UPSTREAM_RETRIES("upstream_retries", "Exchanges sent a second time, on a fresh connection"),
    UPSTREAM_MALFORMED("upstream_malformed", "Responses that were no legal HTTP message"),
    UPSTREAM_SURPLUS("upstream_surplus", "Upstream connections closed for bytes that belong to no response"),
    UPSTREAM_REUSE_STOPPED(
            "upstream_reuse_stopped",
            "Times that connections to a server were not used again, since it sent unasked responses"),
    UPSTREAM_GONE("upstream_gone", "Exchanges whose upstream closed before the response was whole"),
    UPSTREAM_TIMEOUTS("upstream_timeouts", "Exchanges whose upstream did not answer, or go on, in time"),
    UPSTREAM_EJECTED("upstream_ejected", "Times that a server was left out for a while because requests to it failed"),
    UPSTREAM_H2_STREAMS("upstream_http2_streams", "Exchanges sent on an HTTP/2 stream to an upstream"),
    UPSTREAM_H2_REFUSED(
            "upstream_http2_refused",
            "Of those, streams that the upstream refused unseen: by REFUSED_STREAM, or behind the last one of a GOAWAY"),
    UPSTREAM_H2_RESETS_RECEIVED(
            "upstream_http2_resets_received", "HTTP/2 streams that upstreams reset, refused or not"),
    UPSTREAM_H2_RESETS_SENT(
            "upstream_http2_resets_sent",
            "HTTP/2 streams to upstreams reset: client gone, time-out, breach of the protocol"),
    UPSTREAM_H2_GOAWAYS("upstream_http2_goaways", "HTTP/2 connections that upstreams announced to end"),
    UPSTREAM_H2_ERRORS(
            "upstream_http2_errors",
            "HTTP/2 connections to upstreams ended for a breach of the protocol, or a flood of one kind or another"),
    UPSTREAM_H2_SILENT("upstream_http2_silent", "HTTP/2 connections to upstreams closed since a PING was not answered"),
    UPSTREAM_QUEUED("upstream_queued", "Exchanges that waited for an upstream connection"),
    UPSTREAM_QUEUE_REFUSED(
            "upstream_queue_refused", "Exchanges refused because the queue was full or the wait too long"),
    TUNNELS_OPENED("tunnels_opened", "Tunnels (WebSocket) that an upstream agreed to"),
    TUNNELS_CLOSED("tunnels_closed", "Tunnels that ended"),
    TUNNEL_TIMEOUTS("tunnel_timeouts", "Tunnels closed because both directions were silent for timeouts.tunnel_idle"),
    TUNNEL_BYTES_IN("tunnel_bytes_in", "Bytes that clients sent through tunnels"),
    TUNNEL_BYTES_OUT("tunnel_bytes_out", "Bytes that upstreams sent through tunnels"),
    EXCEPTIONS("exceptions", "Exceptions that reached the last handler of a connection; each is logged");

    private final String label;
    private final String help;

    EdgeCounter(final String label, final String help) {
        this.label = label;
        this.help = help;
    }

    /** Name of the metric, without prefix and {@code _total}. */
    public String label() {
        return label;
    }

    public String help() {
        return help;
    }
}
