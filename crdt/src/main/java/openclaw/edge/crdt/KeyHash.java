package openclaw.edge.crdt;

import java.nio.charset.StandardCharsets;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The 128-bit hash (SipHash-2-4-128) by which slots are found: of tenant and limit, and for agents' buckets of the
 * agent's name. A reusable holder of the result, one per thread: after {@link #agent} it holds that agent's key.
 *
 * <p>The hash's own key is a fixed label, so that all nodes give a slot the same key, one without peers included. Names
 * can therefore be chosen whose keys resemble each other, but not where they lie in a table: that its secret says, see
 * {@link SlotIndex}.
 */
public final class KeyHash {

    /** Bytes before the agent's name: tenant and limit, eight bytes each. */
    static final int PREFIX_LENGTH_BYTES = 16;

    /** "OpenClaw" and " Edge k1", read as little endian. */
    private static final long LABEL_HIGH = 0x77616c436e65704fL;

    private static final long LABEL_LOW = 0x316b206567644520L;

    private final UnsafeBuffer wrapper = new UnsafeBuffer(new byte[0]);
    private final SipHash128 sip = new SipHash128();
    private final FoundSlot found = new FoundSlot();
    private final SlotBirth birth = new SlotBirth();

    /** An empty holder. */
    public KeyHash() {}

    /**
     * Computes the key of an agent's bucket. Allocates nothing.
     *
     * @param agents the agents' limit, as reserved with the catalog.
     * @param name buffer that holds the agent's name.
     * @param offset of the name's first byte.
     * @param lengthBytes of the name; 0 is a name like any other.
     * @return this.
     */
    public KeyHash agent(final AgentBuckets agents, final byte[] name, final int offset, final int lengthBytes) {
        wrapper.wrap(name, offset, lengthBytes);
        sip.resume(agents.hashState(), PREFIX_LENGTH_BYTES, wrapper, 0, lengthBytes);
        return this;
    }

    /**
     * Computes the key of an agent's bucket from any buffer, as {@link #agent(AgentBuckets, byte[], int, int)} does.
     *
     * @param agents the agents' limit.
     * @param name buffer that holds the agent's name.
     * @param offset of the name's first byte.
     * @param lengthBytes of the name.
     * @return this.
     */
    public KeyHash agent(final AgentBuckets agents, final DirectBuffer name, final int offset, final int lengthBytes) {
        sip.resume(agents.hashState(), PREFIX_LENGTH_BYTES, name, offset, lengthBytes);
        return this;
    }

    /** First half of the key. */
    public long high() {
        return sip.high();
    }

    /** Second half of the key. */
    public long low() {
        return sip.low();
    }

    /** Where the table puts what it found for this key. */
    FoundSlot found() {
        return found;
    }

    /** Where the table puts what a new slot starts with. */
    SlotBirth birth() {
        return birth;
    }

    /** Computes the key of a slot that has no agent: a tenant's, an overflow bucket's, a quota row's. */
    KeyHash fixed(final long[] prefixState) {
        sip.resume(prefixState, PREFIX_LENGTH_BYTES, wrapper, 0, 0);
        return this;
    }

    /**
     * State after the prefix of tenant and limit, from which keys continue.
     *
     * @param kind keeps keys of different kinds of slot apart.
     */
    static long[] prefixState(final int kind, final String tenant, final String limit) {
        final SipHash128 sip = new SipHash128();
        final long tenantHash = nameHash(sip, tenant);
        final long limitHash = nameHash(sip, limit);
        sip.begin(LABEL_HIGH ^ kind, LABEL_LOW);
        sip.block(tenantHash);
        sip.block(limitHash);
        return sip.state();
    }

    private static long nameHash(final SipHash128 sip, final String name) {
        final byte[] utf8 = name.getBytes(StandardCharsets.UTF_8);
        sip.begin(LABEL_HIGH, LABEL_LOW);
        sip.resume(sip.state(), 0, new UnsafeBuffer(utf8), 0, utf8.length);
        return sip.high() ^ Long.rotateLeft(sip.low(), 32);
    }
}
