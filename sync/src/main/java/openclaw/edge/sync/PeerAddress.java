package openclaw.edge.sync;

import java.net.InetSocketAddress;

/** An address where a member is to be found, as the configuration or DNS says. For the gossip thread. */
public final class PeerAddress {

    private final String source;
    private final boolean isFromDns;
    private InetSocketAddress address;
    private boolean isOwn;
    private boolean isAbsent;
    private long absentNs;

    PeerAddress(final String source, final boolean isFromDns, final InetSocketAddress address) {
        this.source = source;
        this.isFromDns = isFromDns;
        this.address = address;
    }

    /** What was configured: {@code host:port}, or the DNS name. */
    public String source() {
        return source;
    }

    /** Whether a DNS answer named it; else it is in the configured list. */
    public boolean isFromDns() {
        return isFromDns;
    }

    /** Where it is; null while its name was never resolved. */
    public InetSocketAddress address() {
        return address;
    }

    /** Whether it leads to this node itself. */
    public boolean isOwn() {
        return isOwn;
    }

    void own(final boolean nowOwn) {
        isOwn = nowOwn;
    }

    void move(final InetSocketAddress to) {
        address = to;
        isOwn = false;
    }

    /** For how long DNS has been answering without it, nobody hearing from it, ns. */
    long absentNs() {
        return absentNs;
    }

    /** One more answer without it; the first of them says nothing of the time before. */
    void absent(final long sinceAnswerNs) {
        if (isAbsent) {
            absentNs += sinceAnswerNs;
        }
        isAbsent = true;
    }

    void present() {
        isAbsent = false;
        absentNs = 0;
    }

    @Override
    public String toString() {
        return source + (address == null ? " (not resolved)" : " " + address);
    }
}
