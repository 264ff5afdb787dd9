/**
 * {@code ./edge demo}: everything on one machine with no configuration and no network. A stand-in for the Rating API, a node
 * before it, and the lines to try them with.
 */
package openclaw.edge.proxy.demo;
