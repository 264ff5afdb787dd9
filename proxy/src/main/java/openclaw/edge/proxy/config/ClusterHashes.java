package openclaw.edge.proxy.config;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import openclaw.edge.catalog.Catalog;

/** What members tell one another so that a difference is seen: hashes of what has to be the same at all of them. */
public final class ClusterHashes {
    private ClusterHashes() {}

    /**
     * Of the keys of edge.yaml that decide who is charged, and what happens in a partition: a member that has them otherwise
     * admits other requests. Never 0.
     */
    public static long configuration(final EdgeConfig config) {
        final ClusterConfig cluster = config.cluster();
        final IdentityConfig identity = config.identity();
        final List<String> shared = List.of(
                cluster.name(),
                cluster.onPartition().name(),
                Long.toString(cluster.times().suspectAfterNs()),
                Long.toString(cluster.times().closedAfterNs()),
                Long.toString(cluster.times().deadAfterNs()),
                identity.mode().name(),
                String.valueOf(identity.defaultTenant()),
                identity.agentHeaders().toString(),
                identity.defaultAgent(),
                identity.agentFromModel().toString(),
                Boolean.toString(config.strictPaths()));
        try {
            final byte[] text = String.join("\n", shared).getBytes(StandardCharsets.UTF_8);
            return known(ByteBuffer.wrap(MessageDigest.getInstance("SHA-256").digest(text))
                    .getLong());
        } catch (final NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** Of tenants, plans and limits: the beginning of {@link Catalog#sha256}. Never 0. */
    public static long catalog(final Catalog catalog) {
        return known(ByteBuffer.wrap(HexFormat.of().parseHex(catalog.sha256())).getLong());
    }

    /** 0 stands for a hash that is not known. */
    private static long known(final long hash) {
        return hash == 0 ? 1 : hash;
    }
}
