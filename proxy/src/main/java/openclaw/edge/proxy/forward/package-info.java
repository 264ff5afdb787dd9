/**
 * What happens to an admitted exchange on its way to an upstream and back: which fields cross ({@link
 * openclaw.edge.proxy.forward.HopByHop}) and on which connection it travels ({@link
 * openclaw.edge.proxy.forward.UpstreamPool}). Knows only the exchange; owned by one event loop.
 */
package openclaw.edge.proxy.forward;
