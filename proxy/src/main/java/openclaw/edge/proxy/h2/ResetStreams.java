package openclaw.edge.proxy.h2;

/** The streams of a connection that were reset from here last: frames that were on their way to them are no error. */
final class ResetStreams {
    private static final int KEEP = 128;

    private final int[] ids = new int[KEEP];
    private int next;

    void add(final int streamId) {
        ids[next] = streamId;
        next = (next + 1) % KEEP;
    }

    boolean contains(final int streamId) {
        for (final int id : ids) {
            if (id == streamId) {
                return true;
            }
        }
        return false;
    }
}
