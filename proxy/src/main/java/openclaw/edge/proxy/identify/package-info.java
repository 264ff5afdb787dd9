/**
 * Who asks: tenant and agent of a request, from its fields, the client's address and the rules in force.
 *
 * <p>{@link openclaw.edge.proxy.identify.IdentityRules} are immutable and part of a configuration's snapshot;
 * {@link openclaw.edge.proxy.identify.Identifier} belongs to one event loop and applies them to a head; the result is an
 * {@link openclaw.edge.proxy.identify.IdentityVerdict} and, when it is good, an
 * {@link openclaw.edge.proxy.identify.Identity}. {@link openclaw.edge.proxy.identify.IdentityFields} tells the upstream.
 * Nothing here allocates per request or knows a protocol.
 */
package openclaw.edge.proxy.identify;
