package openclaw.edge.proxy.identify;

import openclaw.edge.proxy.exchange.Head;

/** Who one request comes from; kept with its exchange and reused with it. Offsets are into the request's head. */
public final class Identity {
    /** {@link #tenant()} before one is known. */
    public static final int NO_TENANT = -1;

    private int tenant = NO_TENANT;
    private byte[] defaultAgent = {};
    private int agentOffset = -1;
    private int agentLength;
    private int requestIdOffset = -1;
    private int requestIdLength;

    /** Forgets everything. */
    public void reset() {
        tenant = NO_TENANT;
        agentOffset = -1;
        agentLength = 0;
        requestIdOffset = -1;
        requestIdLength = 0;
    }

    /** Number of the tenant in the snapshot that identified it, or {@link #NO_TENANT}. */
    public int tenant() {
        return tenant;
    }

    void tenant(final int number) {
        tenant = number;
    }

    void agent(final int offset, final int length) {
        agentOffset = offset;
        agentLength = length;
    }

    void defaultAgent(final byte[] name) {
        defaultAgent = name;
        agentOffset = -1;
        agentLength = name.length;
    }

    void requestId(final int offset, final int length) {
        requestIdOffset = offset;
        requestIdLength = length;
    }

    /** The array that holds the agent's name now, at {@link #agentOffset()}: the head's, or that of the default name. */
    public byte[] agentBytes(final Head request) {
        return agentOffset < 0 ? defaultAgent : request.bytes();
    }

    public int agentOffset() {
        return Math.max(0, agentOffset);
    }

    /** 1 to 128. */
    public int agentLength() {
        return agentLength;
    }

    /** Whether the client sent a request id of its own. */
    public boolean hasRequestId() {
        return requestIdOffset >= 0;
    }

    /** Offset of the client's request id in the request's head, when {@link #hasRequestId()}. */
    public int requestIdOffset() {
        return requestIdOffset;
    }

    public int requestIdLength() {
        return requestIdLength;
    }
}
