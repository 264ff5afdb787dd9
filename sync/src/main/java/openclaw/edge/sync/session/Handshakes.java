package openclaw.edge.sync.session;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** The addresses that this node wants a session with, each until it answers. Not thread-safe. */
final class Handshakes {

    private final Map<InetSocketAddress, Handshake> byAddress = new HashMap<>();
    private final List<Handshake> due = new ArrayList<>();

    Handshakes() {}

    void add(final InetSocketAddress to, final long nowNs) {
        if (!byAddress.containsKey(to)) {
            byAddress.put(to, new Handshake(to, nowNs));
        }
    }

    void remove(final InetSocketAddress to) {
        byAddress.remove(to);
    }

    void retain(final Predicate<InetSocketAddress> isWanted) {
        byAddress.keySet().removeIf(each -> !isWanted.test(each));
    }

    boolean contains(final InetSocketAddress to) {
        return byAddress.containsKey(to);
    }

    /** The one that asked for a session with this id, or null. */
    Handshake find(final long localId) {
        for (final Handshake each : byAddress.values()) {
            if (each.localId() == localId && localId != 0) {
                return each;
            }
        }
        return null;
    }

    /** Those whose HELLO is due, valid until the next call: what sending it leads to may change the rest. */
    List<Handshake> due(final long nowNs) {
        due.clear();
        if (!byAddress.isEmpty()) {
            for (final Handshake each : byAddress.values()) {
                if (each.isDue(nowNs)) {
                    due.add(each);
                }
            }
        }
        return due;
    }

    void restart(final long nowNs) {
        for (final Handshake each : byAddress.values()) {
            each.restart(nowNs);
        }
    }
}
