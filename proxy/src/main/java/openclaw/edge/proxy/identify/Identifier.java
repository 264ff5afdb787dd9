package openclaw.edge.proxy.identify;

import openclaw.edge.proxy.exchange.FieldNames;
import openclaw.edge.proxy.exchange.Head;

/**
 * Finds out who sent a request. One per event loop.
 *
 * <p>Order of the checks, the first that fails decides: repeated fields, the credential (or the source), the tenant claimed,
 * the agent, the request id. So nothing is said about tenants before a credential was good.
 */
public final class Identifier {
    private final Credentials credentials = new Credentials();
    private final KeyHasher hasher = new KeyHasher();

    /**
     * Applies the rules.
     *
     * @param request the head as the client sent it
     * @param address of the client, 4 or 16 bytes
     * @param rules in force
     * @param out filled when the result is {@link IdentityVerdict#IDENTIFIED}
     */
    public IdentityVerdict identify(
            final Head request, final byte[] address, final IdentityRules rules, final Identity out) {
        if (request.isRepeated(FieldNames.AUTHORIZATION)
                || request.isRepeated(FieldNames.X_TENANT_ID)
                || request.isRepeated(FieldNames.X_AGENT_ID)) {
            return IdentityVerdict.REPEATED_FIELD;
        }
        final IdentityVerdict tenant = rules.mode() == IdentityRules.Mode.TRUSTED_HEADER
                ? TrustedHeader.tenant(request, address, rules, out)
                : keyHolder(request, rules, out);
        if (tenant != IdentityVerdict.IDENTIFIED) {
            return tenant;
        }
        final IdentityVerdict agent = rules.agents().fromFields(request, out);
        return agent == IdentityVerdict.IDENTIFIED ? requestId(request, out) : agent;
    }

    private IdentityVerdict keyHolder(final Head request, final IdentityRules rules, final Identity out) {
        final int found = credentials.find(request);
        if (found == Credentials.CONFLICT) {
            return IdentityVerdict.CONFLICTING_CREDENTIALS;
        }
        final int tenant;
        if (found == Credentials.NONE) {
            if (rules.defaultTenant() == Identity.NO_TENANT) {
                return IdentityVerdict.NO_CREDENTIAL;
            }
            tenant = rules.defaultTenant();
        } else {
            tenant = rules.keys()
                    .find(hasher.hash(request.bytes(), credentials.valueOffset(), credentials.valueLength()));
            if (tenant == ApiKeyTable.UNKNOWN) {
                return IdentityVerdict.UNKNOWN_KEY;
            }
        }
        final int claim = request.find(FieldNames.X_TENANT_ID);
        if (claim >= 0
                && !rules.tenants()
                        .is(tenant, request.bytes(), request.valueOffset(claim), request.valueLength(claim))) {
            return IdentityVerdict.TENANT_MISMATCH;
        }
        out.tenant(tenant);
        return IdentityVerdict.IDENTIFIED;
    }

    private static IdentityVerdict requestId(final Head request, final Identity out) {
        final int at = request.find(FieldNames.X_REQUEST_ID);
        if (at < 0 || request.valueLength(at) == 0 || request.isRepeated(FieldNames.X_REQUEST_ID)) {
            return IdentityVerdict.IDENTIFIED;
        }
        if (!isVisible(request.bytes(), request.valueOffset(at), request.valueLength(at))) {
            return IdentityVerdict.BAD_REQUEST_ID;
        }
        out.requestId(request.valueOffset(at), request.valueLength(at));
        return IdentityVerdict.IDENTIFIED;
    }

    /** Whether bytes can be an id: no more than {@link IdentityRules#MAX_ID_BYTES}, each from 0x21 to 0x7E. */
    static boolean isVisible(final byte[] bytes, final int offset, final int length) {
        if (length > IdentityRules.MAX_ID_BYTES) {
            return false;
        }
        for (int i = offset; i < offset + length; i++) {
            if (bytes[i] < 0x21 || bytes[i] > 0x7E) {
                return false;
            }
        }
        return true;
    }
}
