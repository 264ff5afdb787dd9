package openclaw.edge.proxy.identify;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * How requests of one configuration are identified. Immutable, shared by all loops; part of a snapshot.
 *
 * @param mode who is believed
 * @param keys the API keys of all tenants
 * @param tenants ids of all tenants
 * @param defaultTenant number of the tenant of requests without credential, or {@link Identity#NO_TENANT}
 * @param trustedSources from where a trusted header is believed
 * @param agentFields that may name the agent; the first one present counts
 */
public record IdentityRules(
        Mode mode,
        ApiKeyTable keys,
        TenantIndex tenants,
        int defaultTenant,
        TrustedSources trustedSources,
        List<FieldRef> agentFields) {
    /** Longest name of an agent, and longest request id, in bytes. */
    public static final int MAX_ID_BYTES = 128;

    /** Name of the agent of requests that name none. */
    static final byte[] DEFAULT_AGENT = "default".getBytes(StandardCharsets.US_ASCII);

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

    /** Copies the list. */
    public IdentityRules {
        agentFields = List.copyOf(agentFields);
    }
}
