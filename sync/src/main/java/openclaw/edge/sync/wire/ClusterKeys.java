package openclaw.edge.sync.wire;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The keys that follow from a cluster's name and secrets. The first secret signs what this node begins; each is accepted,
 * so that secrets can be exchanged node by node. Immutable.
 */
public final class ClusterKeys {

    /** Most secrets at one time. */
    public static final int MAX_SECRETS = 2;

    private static final byte[] HANDSHAKE = utf8("openclaw edge gossip handshake");
    private static final byte[] SESSION = utf8("openclaw edge gossip session");

    /** Without a secret, for nodes on one machine: protects against accidents, not against anybody. */
    private static final byte[] NO_SECRET = utf8("openclaw edge gossip without secret");

    private final byte[] cluster;
    private final long clusterHash;
    private final AuthKey[] secrets;
    private final AuthKey[] handshake;

    /**
     * Keys of a cluster.
     *
     * @param clusterName name that all members have.
     * @param clusterSecrets at most {@link #MAX_SECRETS}; none: on loopback only.
     * @throws IllegalArgumentException if there are more, or one is empty.
     */
    public ClusterKeys(final String clusterName, final List<byte[]> clusterSecrets) {
        if (clusterSecrets.size() > MAX_SECRETS) {
            throw new IllegalArgumentException(clusterSecrets.size() + " secrets, expected at most " + MAX_SECRETS
                    + ": remove those that no node sends with any more");
        }
        final FrameAuth auth = new FrameAuth();
        final List<byte[]> all = clusterSecrets.isEmpty() ? List.of(NO_SECRET) : clusterSecrets;
        cluster = utf8(clusterName);
        clusterHash = auth.hash(auth.keyOf(HANDSHAKE), cluster);
        secrets = new AuthKey[all.size()];
        handshake = new AuthKey[all.size()];
        for (int i = 0; i < secrets.length; i++) {
            if (all.get(i).length == 0) {
                throw new IllegalArgumentException("secret " + (i + 1) + " is empty, expected at least one byte");
            }
            secrets[i] = auth.keyOf(all.get(i));
            handshake[i] = auth.derive(secrets[i], HANDSHAKE, cluster, WireDescriptor.VERSION);
        }
    }

    /** Tells clusters apart in a handshake, so that a wrong name is not reported as a wrong secret; not secret. */
    public long clusterHash() {
        return clusterHash;
    }

    /** Number of secrets, 1 to {@link #MAX_SECRETS}. */
    public int count() {
        return secrets.length;
    }

    /**
     * Key of the datagrams that establish a session.
     *
     * @param secret 0 to {@link #count()} - 1.
     * @return the key.
     */
    public AuthKey handshake(final int secret) {
        return handshake[secret];
    }

    /**
     * Which secret a handshake's key belongs to.
     *
     * @param key of some {@code ClusterKeys}.
     * @return 0 to {@link #count()} - 1, or -1: none of these.
     */
    public int indexOf(final AuthKey key) {
        for (int i = 0; i < handshake.length; i++) {
            if (handshake[i].isSameAs(key)) {
                return i;
            }
        }
        return -1;
    }

    /**
     * Key of one direction of one session.
     *
     * @param auth of this thread.
     * @param secret 0 to {@link #count()} - 1.
     * @param binding sender's and receiver's lives and session ids, and both nonces.
     * @return the key.
     */
    public AuthKey session(final FrameAuth auth, final int secret, final long... binding) {
        final long[] bound = new long[binding.length + 1];
        bound[0] = WireDescriptor.VERSION;
        System.arraycopy(binding, 0, bound, 1, binding.length);
        return auth.derive(secrets[secret], SESSION, cluster, bound);
    }

    private static byte[] utf8(final String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
