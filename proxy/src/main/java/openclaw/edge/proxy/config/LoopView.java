package openclaw.edge.proxy.config;

import openclaw.edge.proxy.exchange.RequestRewriter;
import openclaw.edge.proxy.exchange.UpstreamSource;

/**
 * What one event loop needs of a snapshot beyond what all loops share. Made off the loop, at rest until its snapshot is in
 * force, and used by that loop alone from then on; so a request that began under one snapshot ends with its upstreams and its
 * rules, whatever came into force meanwhile.
 *
 * @param upstreams where the snapshot's requests go; the predecessor's when nothing about it changed
 * @param rewriter which fields cross the proxy
 */
public record LoopView(UpstreamSource upstreams, RequestRewriter rewriter) {}
