package openclaw.edge.sync;

import java.net.InetSocketAddress;
import java.util.List;

/** Where a node keeps whom it counts, so that a restart goes on dividing by the same names. */
public interface MemberStore {

    /**
     * A member as it is kept.
     *
     * @param kind what is known of it.
     * @param name of the node, this node's own included; of an address the text by which members speak of it.
     * @param address at which it was last heard, or null.
     * @param weight 0 to 255.
     * @param divides whether it is one of N.
     * @param counts whether it counts in k when heard.
     */
    record Saved(Kind kind, String name, InetSocketAddress address, int weight, boolean divides, boolean counts) {}

    /** What is known of who is kept. */
    enum Kind {
        /** Its name. */
        NAMED,
        /** Only an address, which this node's own configuration or DNS names. */
        LISTED,
        /** Only an address, of which other members tell. */
        TOLD
    }

    /** What was kept; empty if nothing was, or if it cannot be read. */
    List<Saved> load();

    /** Why what was kept could not be read by the last {@link #load}; null if it could, or if there was nothing. */
    default String unread() {
        return null;
    }

    /**
     * Keeps these; failing is counted by the implementation and changes nothing else.
     *
     * @param members all of them.
     * @return what went wrong, or null if they are kept.
     */
    String save(List<Saved> members);

    /** True if what was kept last is there no more, or has been changed by somebody else: it is to be kept again. */
    default boolean isGone() {
        return false;
    }

    /** Keeps nothing. */
    static MemberStore none() {
        return new MemberStore() {
            @Override
            public List<Saved> load() {
                return List.of();
            }

            @Override
            public String save(final List<Saved> members) {
                return null;
            }
        };
    }
}
