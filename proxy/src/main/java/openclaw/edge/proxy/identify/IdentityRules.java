package openclaw.edge.proxy.identify;

/**
 * How requests of one configuration are identified. Immutable, shared by all loops; part of a snapshot.
 *
 * @param mode who is believed
 * @param keys the API keys of all tenants
 * @param tenants ids of all tenants
 * @param defaultTenant number of the tenant of requests without credential, or {@link Identity#NO_TENANT}
 * @param trustedSources from where a trusted header is believed
 * @param agents how the agent is known
 */
public record IdentityRules(
        Mode mode,
        ApiKeyTable keys,
        TenantIndex tenants,
        int defaultTenant,
        TrustedSources trustedSources,
        AgentRules agents) {
    /** Longest name of an agent, and longest request id, in bytes. */
    public static final int MAX_ID_BYTES = 128;

    /** Who is believed. */
    public enum Mode {
        /** The holder of a key. */
        API_KEY,
        /** Whoever connects from a trusted source. */
        TRUSTED_HEADER
    }

    /** From where a trusted header is believed. */
    @FunctionalInterface
    public interface TrustedSources {
        /** Whether this address, 4 or 16 bytes in network order, is trusted. Must not allocate. */
        boolean contains(byte[] address);
    }
}
