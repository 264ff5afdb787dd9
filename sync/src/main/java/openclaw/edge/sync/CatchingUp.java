package openclaw.edge.sync;

/**
 * What of a member that is heard again is still to be joined before it counts as heard: everything up to the version that
 * it announced with its first new sign of life. What it counts meanwhile is settled as a silent one's, for as long as the
 * share of it is withheld; so if that took long, what it has announced by then is waited for too, and so on, as long as
 * each time takes less than half of the one before. The last one is short, or nothing is gained by waiting any longer:
 * what is joined after it is debited in full. But who takes longer than changes may take is waited for all the time: it
 * would count for as long as it takes to see that, and not be heard again. For the gossip agent's thread.
 */
final class CatchingUp {

    private static final long NOTHING = -1;

    private long version = NOTHING;
    private long sinceNs;
    private long lastNs;

    /** There is a sign of life, and of what the member has counted this is announced. */
    void begin(final long announced, final long nowNs) {
        version = announced;
        sinceNs = nowNs;
        lastNs = Long.MAX_VALUE;
    }

    /** Nothing is waited for: there is no sign of life, or the member counts as heard. */
    void end() {
        version = NOTHING;
    }

    /** True from a first sign of life until all is joined. */
    boolean isUnderWay() {
        return version != NOTHING;
    }

    /**
     * Looks whether all is joined that is waited for; if it took long, more is.
     *
     * @param joined up to which version everything is.
     * @param announced the latest version that is known of.
     * @param nowNs now.
     * @param shortNs what is not long.
     * @param lateNs how long it may take in the end.
     * @return true if nothing is waited for any more.
     */
    boolean isDone(final long joined, final long announced, final long nowNs, final long shortNs, final long lateNs) {
        if (version == NOTHING || joined < version) {
            return false;
        }
        final long tookNs = nowNs - sinceNs;
        if (joined >= announced || tookNs <= shortNs || (tookNs > lastNs / 2 && tookNs <= lateNs)) {
            return true;
        }
        version = announced;
        sinceNs = nowNs;
        lastNs = tookNs;
        return false;
    }
}
