package openclaw.edge.load.harness;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Stands between all members of a cluster, so that it can be cut into sides. */
public final class GossipMesh implements AutoCloseable {
    private final List<Integer> ports;
    private final GossipTap[][] taps;

    /**
     * Begins to carry.
     *
     * @param members how many, each at a free port of the loopback address
     */
    public GossipMesh(final int members) throws IOException {
        ports = freePorts(members);
        taps = new GossipTap[members][members];
        for (int i = 0; i < members; i++) {
            for (int j = i + 1; j < members; j++) {
                taps[i][j] = new GossipTap(ports.get(i), ports.get(j));
            }
        }
    }

    /** Free ports for gossip, all different. */
    public static List<Integer> freePorts(final int count) throws IOException {
        final List<Integer> ports = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            ports.add(FreePorts.next());
        }
        return ports;
    }

    /** Where each member receives. */
    public List<Integer> ports() {
        return ports;
    }

    /** What one member has for its peers, in their order. */
    public List<Integer> peers(final int member) {
        final List<Integer> peers = new ArrayList<>();
        for (int other = 0; other < ports.size(); other++) {
            if (other < member) {
                peers.add(taps[other][member].portForSecond());
            } else if (other > member) {
                peers.add(taps[member][other].portForFirst());
            }
        }
        return peers;
    }

    /** What the first {@code count} members have for their peers. */
    public List<List<Integer>> peersOf(final int count) {
        final List<List<Integer>> peers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            peers.add(peers(i));
        }
        return peers;
    }

    /** Cuts those off from all others, not from one another. */
    public void cutOff(final Integer... members) {
        final Set<Integer> side = Set.of(members);
        for (int i = 0; i < taps.length; i++) {
            for (int j = i + 1; j < taps.length; j++) {
                if (side.contains(i) != side.contains(j)) {
                    taps[i][j].cut();
                }
            }
        }
    }

    /** Ends all cuts. */
    public void heal() {
        for (int i = 0; i < taps.length; i++) {
            for (int j = i + 1; j < taps.length; j++) {
                taps[i][j].heal();
            }
        }
    }

    @Override
    public void close() throws IOException {
        for (int i = 0; i < taps.length; i++) {
            for (int j = i + 1; j < taps.length; j++) {
                taps[i][j].close();
            }
        }
    }
}
