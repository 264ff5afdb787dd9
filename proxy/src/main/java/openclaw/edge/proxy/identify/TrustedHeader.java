package openclaw.edge.proxy.identify;

import openclaw.edge.proxy.exchange.FieldNames;
import openclaw.edge.proxy.exchange.Head;

/** Mode {@code trusted-header}: somebody before the proxy has proven the tenant and names it in {@code X-Tenant-Id}. */
final class TrustedHeader {
    private TrustedHeader() {}

    /** The tenant named, when the connection comes from a trusted source. */
    static IdentityVerdict tenant(
            final Head request, final byte[] address, final IdentityRules rules, final Identity out) {
        if (!rules.trustedSources().contains(address)) {
            return IdentityVerdict.UNTRUSTED_SOURCE;
        }
        final int at = request.find(FieldNames.X_TENANT_ID);
        if (at < 0 || request.valueLength(at) == 0) {
            return IdentityVerdict.MISSING_TENANT;
        }
        final int tenant = rules.tenants().find(request.bytes(), request.valueOffset(at), request.valueLength(at));
        if (tenant == TenantIndex.UNKNOWN) {
            return IdentityVerdict.UNKNOWN_TENANT;
        }
        out.tenant(tenant);
        return IdentityVerdict.IDENTIFIED;
    }
}
