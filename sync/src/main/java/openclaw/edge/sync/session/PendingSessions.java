package openclaw.edge.sync.session;

import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * HELLOs that were answered and not yet followed by data, oldest first. A repeated one is answered as before, and no more
 * often than {@link #MAX_ANSWERS} times; others at no more than {@link #ANSWERS_PER_SECOND}. As one is forgotten after
 * {@link #LIFE_NS}, there are never more than {@link #CAPACITY}: what a flood of replays can take from this node is
 * bounded, and none of it displaces a true one.
 */
final class PendingSessions {

    static final int ANSWERS_PER_SECOND = 64;
    static final long LIFE_NS = TimeUnit.SECONDS.toNanos(2);

    /** All of one burst, and what the rate lets in while they live. */
    static final int CAPACITY = 3 * ANSWERS_PER_SECOND + 1;

    static final int MAX_ANSWERS = 8;

    private final ArrayDeque<Pending> queue = new ArrayDeque<>(CAPACITY);
    private final AnswerRate rate = new AnswerRate(ANSWERS_PER_SECOND);

    /** A session that waits for data, and the answer that offered it. */
    static final class Pending {
        final Session session;
        final long nonceHigh;
        final long nonceLow;
        final byte[] answer;
        final long sinceNs;
        private int answers = 1;

        Pending(
                final Session session,
                final long nonceHigh,
                final long nonceLow,
                final UnsafeBuffer datagram,
                final int lengthBytes,
                final long nowNs) {
            this.session = session;
            this.nonceHigh = nonceHigh;
            this.nonceLow = nonceLow;
            this.answer = new byte[lengthBytes];
            this.sinceNs = nowNs;
            datagram.getBytes(0, answer);
        }

        boolean tryAnswerAgain() {
            return answers++ < MAX_ANSWERS;
        }
    }

    PendingSessions() {}

    int size() {
        return queue.size();
    }

    boolean tryBegin(final long nowNs) {
        return queue.size() < CAPACITY && rate.tryTake(nowNs);
    }

    void add(final Pending pending) {
        queue.addLast(pending);
    }

    /** The one that answered the same HELLO, or null. */
    Pending find(final long life, final long nonceHigh, final long nonceLow) {
        for (final Pending each : queue) {
            if (each.nonceLow == nonceLow && each.nonceHigh == nonceHigh && each.session.peerLife() == life) {
                return each;
            }
        }
        return null;
    }

    /** Forgets those that waited too long. */
    void expire(final long nowNs, final Consumer<Session> onEnded) {
        while (!queue.isEmpty() && nowNs - queue.peekFirst().sinceNs >= LIFE_NS) {
            onEnded.accept(queue.removeFirst().session);
        }
    }

    /** Takes out the one that is now in use, and forgets those that its sender asked for before it. */
    void onEstablished(final Session session, final Consumer<Session> onEnded) {
        for (final Iterator<Pending> each = queue.iterator(); each.hasNext(); ) {
            final Session other = each.next().session;
            if (other == session) {
                each.remove();
            } else if (other.peerLife() == session.peerLife() && other.helloAttempt() <= session.helloAttempt()) {
                each.remove();
                onEnded.accept(other);
            }
        }
    }

    /** Forgets some. */
    void removeIf(final Predicate<Session> isOver, final Consumer<Session> onEnded) {
        for (final Iterator<Pending> each = queue.iterator(); each.hasNext(); ) {
            final Session session = each.next().session;
            if (isOver.test(session)) {
                each.remove();
                onEnded.accept(session);
            }
        }
    }
}
