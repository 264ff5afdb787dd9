package openclaw.edge.proxy.identify;

import openclaw.edge.proxy.exchange.FieldNames;
import openclaw.edge.proxy.exchange.Head;

/**
 * Tells the upstream who asks: the verified tenant, its agent, and a request id. What the client sent under these names never
 * passes. One per event loop.
 */
public final class IdentityFields {
    private final RequestIds requestIds = new RequestIds();

    /**
     * Sets the fields; after everything else has been done to the head.
     *
     * @param request about to go upstream
     * @param identity of it
     * @param tenant id of the tenant
     * @param tenantField that receives the tenant's id
     * @param agentField that receives the agent's
     */
    public void apply(
            final Head request,
            final Identity identity,
            final byte[] tenant,
            final FieldRef tenantField,
            final FieldRef agentField) {
        request.dropAll(FieldNames.X_CONSUMER_ID);
        request.dropAll(FieldNames.X_CONSUMER_AGENT);
        tenantField.dropAll(request);
        request.add(tenantField.id(), tenantField.name(), tenant, 0, tenant.length);
        agentField.dropAll(request);
        addAgent(request, identity, agentField);
        if (!identity.hasRequestId()) {
            request.dropAll(FieldNames.X_REQUEST_ID);
            request.add(FieldNames.X_REQUEST_ID, requestIds.next());
        }
    }

    /** The agent's name may stand in the head itself, whose array can be replaced while the field is added. */
    private static void addAgent(final Head request, final Identity identity, final FieldRef field) {
        final byte[] name = field.name();
        final int length = identity.agentLength();
        final int nameAt = request.append(name);
        final int valueAt = request.claim(length);
        System.arraycopy(identity.agentBytes(request), identity.agentOffset(), request.bytes(), valueAt, length);
        request.index(field.id(), nameAt, name.length, valueAt, length);
    }
}
