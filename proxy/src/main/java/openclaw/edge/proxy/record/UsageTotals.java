package openclaw.edge.proxy.record;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Requests and charged tokens by tenant and agent since the start of the process, of one event loop. Bounded: beyond
 * {@link #MAX_AGENTS} agents of a tenant or {@link #MAX_ENTRIES} in all, agents are counted together as {@link #OTHERS}.
 *
 * <p>Written by the loop, which allocates once for each agent that it has not seen; read by any thread.
 */
public final class UsageTotals {
    /** Agents of one tenant that are told apart. */
    public static final int MAX_AGENTS = 200;

    /** Entries of one loop. */
    public static final int MAX_ENTRIES = 16_384;

    /** Stands for all agents that are not told apart; no client can send it, for the space. */
    public static final String OTHERS = "(other agents)";

    private static final byte[] OTHERS_BYTES = OTHERS.getBytes(StandardCharsets.US_ASCII);
    private static final int SLOTS = MAX_ENTRIES * 4;

    private final int[] slots = new int[SLOTS];
    private final Map<String, int[]> agentsOf = new HashMap<>();
    private final Entry[] entries = new Entry[MAX_ENTRIES * 2];
    /** Takes what tenants beyond all room use; told of nowhere but in the sum of requests. */
    private final Entry unknown = new Entry(OTHERS, OTHERS_BYTES, 0);

    private volatile int published;
    private int count;

    /** What one agent of a tenant used. */
    public static final class Entry {
        private static final VarHandle REQUESTS;
        private static final VarHandle TOKENS;

        static {
            try {
                final MethodHandles.Lookup lookup = MethodHandles.lookup();
                REQUESTS = lookup.findVarHandle(Entry.class, "requests", long.class);
                TOKENS = lookup.findVarHandle(Entry.class, "tokens", long.class);
            } catch (final ReflectiveOperationException e) {
                throw new ExceptionInInitializerError(e);
            }
        }

        private final String tenant;
        private final byte[] agent;
        private final int hash;
        private long requests;
        private long tokens;

        private Entry(final String tenant, final byte[] agent, final int hash) {
            this.tenant = tenant;
            this.agent = agent;
            this.hash = hash;
        }

        /** The tenant's id. */
        public String tenant() {
            return tenant;
        }

        /** The agent's name. */
        public String agent() {
            return new String(agent, StandardCharsets.US_ASCII);
        }

        /** Requests that ended; any thread. */
        public long requests() {
            return (long) REQUESTS.getOpaque(this);
        }

        /** Tokens charged; any thread. */
        public long tokens() {
            return (long) TOKENS.getOpaque(this);
        }

        private void add(final long chargedTokens) {
            REQUESTS.setOpaque(this, requests + 1);
            TOKENS.setOpaque(this, tokens + chargedTokens);
        }
    }

    /** Counts one request that ended. The loop's thread only. */
    public void add(final String tenant, final byte[] agent, final int offset, final int length, final long tokens) {
        find(tenant, agent, offset, length).add(tokens);
    }

    /** Number of entries; any thread. */
    public int size() {
        return published;
    }

    /** An entry; any thread, {@code index} below {@link #size()}. */
    public Entry entry(final int index) {
        return entries[index];
    }

    private Entry find(final String tenant, final byte[] agent, final int offset, final int length) {
        final int hash = hash(tenant, agent, offset, length);
        int slot = hash & (SLOTS - 1);
        while (slots[slot] != 0) {
            final Entry entry = entries[slots[slot] - 1];
            if (entry.hash == hash
                    && entry.tenant.equals(tenant)
                    && Arrays.equals(entry.agent, 0, entry.agent.length, agent, offset, offset + length)) {
                return entry;
            }
            slot = (slot + 1) & (SLOTS - 1);
        }
        return create(slot, tenant, agent, offset, length, hash);
    }

    private Entry create(
            final int slot,
            final String tenant,
            final byte[] agent,
            final int offset,
            final int length,
            final int hash) {
        final boolean isOthers = agent == OTHERS_BYTES;
        final int[] agents = agentsOf.computeIfAbsent(tenant, unused -> new int[1]);
        if (!isOthers && (agents[0] >= MAX_AGENTS || count >= MAX_ENTRIES)) {
            return find(tenant, OTHERS_BYTES, 0, OTHERS_BYTES.length);
        }
        if (count == entries.length) {
            return unknown;
        }
        agents[0]++;
        final Entry entry = new Entry(tenant, Arrays.copyOfRange(agent, offset, offset + length), hash);
        entries[count++] = entry;
        slots[slot] = count;
        published = count;
        return entry;
    }

    private static int hash(final String tenant, final byte[] agent, final int offset, final int length) {
        int hash = tenant.hashCode();
        for (int i = offset; i < offset + length; i++) {
            hash = hash * 31 + agent[i];
        }
        hash *= 0x9E3779B9;
        return hash ^ (hash >>> 15);
    }
}
