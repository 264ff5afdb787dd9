/**
 * The proxy's front door ({@link openclaw.edge.proxy.EdgeMain} and its commands) and the one place where its parts meet
 * threads.
 */
package openclaw.edge.proxy;
