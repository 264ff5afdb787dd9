package openclaw.edge.sync.session;

/** The established sessions with one life: the newest sends, the one before it still receives. */
final class PeerSessions {

    private Session current;
    private Session previous;
    private long highestAttempt;

    PeerSessions() {}

    Session current() {
        return current;
    }

    Session previous() {
        return previous;
    }

    /** Highest number of a HELLO of that life that led to a session; its replays are known by it. */
    long highestAttempt() {
        return highestAttempt;
    }

    long receivedNs() {
        return previous == null ? current.receivedNs() : Math.max(current.receivedNs(), previous.receivedNs());
    }

    /** The newest; the one that ends by it, or null. */
    Session push(final Session session) {
        final Session ended = previous;
        previous = current;
        current = session;
        highestAttempt = Math.max(highestAttempt, session.helloAttempt());
        return ended;
    }

    /** Takes one out; whether none is left. */
    boolean remove(final Session session) {
        if (session == current) {
            current = previous;
            previous = null;
        } else if (session == previous) {
            previous = null;
        }
        return current == null;
    }
}
