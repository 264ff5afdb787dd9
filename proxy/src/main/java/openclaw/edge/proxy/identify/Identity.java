package openclaw.edge.proxy.identify;

import openclaw.edge.proxy.exchange.Head;

/** Who one request comes from; kept with its exchange and reused with it. Offsets of fields are into the request's
 * head. */
public final class Identity {
    /** {@link #tenant()} before one is known. */
    public static final int NO_TENANT = -1;

    private int tenant = NO_TENANT;
    private final byte[] ownAgent = new byte[IdentityRules.MAX_ID_BYTES];
    /** Where the agent's name is when it is not in the head; else null. */
    private byte[] agentBytes;

    private int agentOffset;
    private int agentLength;
    private boolean isAgentInHead;
    private int requestIdOffset = -1;
    private int requestIdLength;

    /** Forgets everything. */
    public void reset() {
        tenant = NO_TENANT;
        agentBytes = null;
        agentOffset = 0;
        agentLength = 0;
        isAgentInHead = false;
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
        agentBytes = null;
        agentOffset = offset;
        agentLength = length;
        isAgentInHead = true;
    }

    /** Keeps a copy: of a name in a body, which is gone before the request ends, or of one whose case does not count. */
    void agentInLowerCase(final byte[] bytes, final int offset, final int length, final boolean isInHead) {
        for (int i = 0; i < length; i++) {
            final byte b = bytes[offset + i];
            ownAgent[i] = b >= 'A' && b <= 'Z' ? (byte) (b | 0x20) : b;
        }
        agentBytes = ownAgent;
        agentOffset = 0;
        agentLength = length;
        isAgentInHead = isInHead;
    }

    void defaultAgent(final byte[] name) {
        agentBytes = name;
        agentOffset = 0;
        agentLength = name.length;
        isAgentInHead = false;
    }

    /** Whether a field of the request named the agent. */
    public boolean isAgentInHead() {
        return isAgentInHead;
    }

    void requestId(final int offset, final int length) {
        requestIdOffset = offset;
        requestIdLength = length;
    }

    /** The array that holds the agent's name now, at {@link #agentOffset()}: the head's, or another. */
    public byte[] agentBytes(final Head request) {
        return agentBytes == null ? request.bytes() : agentBytes;
    }

    public int agentOffset() {
        return agentOffset;
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
