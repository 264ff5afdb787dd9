/**
 * Simulations for Gatling, one class each: what they show, what can be turned ({@code -D...}) and what they assert stands at
 * each. They run against a node that they start, or with {@code -Dtarget=} against any; at the end of each the node's books are
 * held against the clients' ({@link openclaw.edge.load.gatling.Conservation}).
 */
package openclaw.edge.load.gatling;
