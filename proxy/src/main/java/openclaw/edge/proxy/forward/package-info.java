/**
 * What happens to an admitted exchange on its way to an upstream and back: which fields cross ({@link
 * openclaw.edge.proxy.forward.HopByHop}) and on which connection it travels: one of its own ({@link
 * openclaw.edge.proxy.forward.UpstreamPool}) or one that it shares ({@link openclaw.edge.proxy.forward.StreamPool}). Knows only the exchange; owned by one event loop.
 */
package openclaw.edge.proxy.forward;
