package openclaw.edge.sync.session;

import openclaw.edge.sync.wire.AuthKey;
import openclaw.edge.sync.wire.ClusterKeys;
import openclaw.edge.sync.wire.FrameAuth;

/** What the two sides of a handshake have drawn by lot: the one that said HELLO, and the one that answered. */
record Nonces(long helloHigh, long helloLow, long answerHigh, long answerLow) {

    /**
     * The key for one direction of the session that the handshake leads to, bound to both lives, ids and nonces.
     *
     * @param keys of the cluster.
     * @param secret number of the secret under which the handshake was signed.
     * @param auth signs.
     * @param sender who signs with the key.
     * @param receiver who verifies by it.
     */
    AuthKey key(
            final ClusterKeys keys, final int secret, final FrameAuth auth, final Side sender, final Side receiver) {
        return keys.session(
                auth,
                secret,
                sender.life,
                receiver.life,
                sender.localId,
                receiver.localId,
                helloHigh,
                helloLow,
                answerHigh,
                answerLow);
    }

    /** One side of a session: a process, and the id under which it receives. */
    record Side(long life, long localId) {}
}
