package openclaw.edge.proxy.identify;

/** What became of the question who asks, with the status of the answer and what the client is told. */
public enum IdentityVerdict {
    /** The tenant is known and proven. */
    IDENTIFIED(200, ""),
    /** No credential, and no tenant to serve without one. */
    NO_CREDENTIAL(401, "No API key: send it as 'Authorization: Bearer <key>' or 'x-api-key: <key>'."),
    /** A credential that belongs to nobody, whatever else was sent. */
    UNKNOWN_KEY(401, "The API key is not known."),
    /** {@code X-Tenant-Id} is not the tenant that the credential proves. */
    TENANT_MISMATCH(403, "X-Tenant-Id is not the tenant of the API key."),
    /** Trusted-header mode, and the connection comes from elsewhere. */
    UNTRUSTED_SOURCE(403, "X-Tenant-Id is not accepted from this address."),
    /** Trusted-header mode, and no tenant is named. */
    MISSING_TENANT(400, "Missing tenant ID"),
    /** Trusted-header mode, and the catalog has no such tenant. */
    UNKNOWN_TENANT(403, "The tenant is not known."),
    /** Two credentials of different value. */
    CONFLICTING_CREDENTIALS(400, "Several API keys of different value: send one."),
    /** A second Authorization, X-Tenant-Id or agent field. */
    REPEATED_FIELD(400, "Authorization, X-Tenant-Id and X-Agent-Id may be sent once each."),
    /** An agent name that is too long or has bytes outside 0x21 to 0x7E. */
    BAD_AGENT(400, "The agent's id must be 1 to 128 visible ASCII characters."),
    /** A request id that is too long or has bytes outside 0x21 to 0x7E. */
    BAD_REQUEST_ID(400, "X-Request-Id must be 1 to 128 visible ASCII characters.");

    private final int status;
    private final String detail;

    IdentityVerdict(final int status, final String detail) {
        this.status = status;
        this.detail = detail;
    }

    /** Status of the answer; 200 for {@link #IDENTIFIED}, which is not answered here. */
    public int status() {
        return status;
    }

    /** What the client is told, without any secret. */
    public String detail() {
        return detail;
    }
}
