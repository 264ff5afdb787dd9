package openclaw.edge.proxy.h2;

import java.util.ArrayDeque;

/** What the streams of one connection to an upstream share when they send bodies: its window, and turns at it. */
final class SendQueue {
    private final ArrayDeque<SentBody> waiting = new ArrayDeque<>();
    private final ArrayDeque<SentBody> owing = new ArrayDeque<>();
    private int windowBytes = UpstreamFrames.DEFAULT_WINDOW_BYTES;

    int windowBytes() {
        return windowBytes;
    }

    void sent(final int bytes) {
        windowBytes -= bytes;
    }

    /** The upstream takes so many more bytes. False: more than there can be. */
    boolean grow(final int bytes) {
        if (Integer.MAX_VALUE - windowBytes < bytes) {
            return false;
        }
        windowBytes += bytes;
        return true;
    }

    /** Has a turn when the connection takes more; once in the queue until then. */
    void await(final SentBody body) {
        waiting.add(body);
    }

    /** Gives each that waits a turn; who gets no further queues again. */
    void sendMore() {
        for (int left = waiting.size(); left > 0; left--) {
            waiting.remove().dequeued();
        }
    }

    /** Is credited once the kernel has taken what was written; once in the queue until then. */
    void owe(final SentBody body) {
        owing.add(body);
    }

    boolean isOwing() {
        return !owing.isEmpty();
    }

    void giveCredit() {
        for (int left = owing.size(); left > 0; left--) {
            owing.remove().giveCredit();
        }
    }
}
