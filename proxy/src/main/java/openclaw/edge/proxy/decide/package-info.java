/**
 * Whether a request is served: its route, its cost, and the limits that guard it.
 *
 * <p>{@link openclaw.edge.proxy.decide.TenantEntry} and {@link openclaw.edge.proxy.decide.Routes} are immutable parts of a
 * snapshot; {@link openclaw.edge.proxy.decide.Admission} belongs to one event loop and decides with them; what a running
 * exchange keeps of the decision is its {@link openclaw.edge.proxy.decide.Admitted}. Nothing here allocates per request.
 */
package openclaw.edge.proxy.decide;
