package openclaw.edge.proxy.listen;

/**
 * Connections of one event loop, in the order in which they were put here: the oldest is given up first when room runs short.
 * A doubly linked list through the handlers themselves. Owned by its event loop.
 */
final class OldestFirst {
    private final Link ends = new Link(() -> {});

    OldestFirst() {
        ends.older = ends;
        ends.newer = ends;
    }

    /** A place in the list, or off it. */
    static final class Link {
        private final Runnable giveUp;
        private Link older;
        private Link newer;

        /** @param giveUp closes the connection */
        Link(final Runnable giveUp) {
            this.giveUp = giveUp;
        }

        /** Takes it off its list, if it is on one. */
        void remove() {
            if (older != null) {
                older.newer = newer;
                newer.older = older;
                older = null;
                newer = null;
            }
        }
    }

    /** Puts a link last, unless it is on the list already. */
    void add(final Link link) {
        if (link.older == null) {
            link.older = ends.older;
            link.newer = ends;
            ends.older.newer = link;
            ends.older = link;
        }
    }

    /** Gives up the one that has been here longest; false if there is none. */
    boolean giveUpOldest() {
        final Link oldest = ends.newer;
        if (oldest == ends) {
            return false;
        }
        oldest.remove();
        oldest.giveUp.run();
        return true;
    }
}
