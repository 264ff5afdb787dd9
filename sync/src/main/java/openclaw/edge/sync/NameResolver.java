package openclaw.edge.sync;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** Looks names up; may take long, so never on the gossip thread. */
@FunctionalInterface
public interface NameResolver {

    /**
     * All addresses of a name.
     *
     * @param host to look up.
     * @return its addresses, in any order.
     * @throws UnknownHostException if there are none, or it could not be asked.
     */
    InetAddress[] resolve(String host) throws UnknownHostException;

    /** The system's. */
    static NameResolver system() {
        return InetAddress::getAllByName;
    }
}
