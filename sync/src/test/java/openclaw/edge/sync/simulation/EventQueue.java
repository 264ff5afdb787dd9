package openclaw.edge.sync.simulation;

import java.util.PriorityQueue;

/**
 * The simulation's time: nanoseconds that pass only from one event to the next. Events of one instant run in the order in
 * which they were added, so that a run depends on nothing but its seed.
 */
final class EventQueue {

    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private long nowNs;
    private long order;

    private record Event(long atNs, long order, Runnable action) implements Comparable<Event> {
        @Override
        public int compareTo(final Event other) {
            final int byTime = Long.compare(atNs, other.atNs);
            return byTime != 0 ? byTime : Long.compare(order, other.order);
        }
    }

    /** Since the simulation began. */
    long nowNs() {
        return nowNs;
    }

    /** Runs an action at an instant, or now if that has passed. */
    void at(final long atNs, final Runnable action) {
        events.add(new Event(Math.max(atNs, nowNs), order++, action));
    }

    void after(final long delayNs, final Runnable action) {
        at(nowNs + delayNs, action);
    }

    /** Runs everything up to an instant, which it then is. */
    void runUntil(final long untilNs) {
        while (!events.isEmpty() && events.peek().atNs <= untilNs) {
            final Event event = events.poll();
            nowNs = event.atNs;
            event.action.run();
        }
        nowNs = untilNs;
    }
}
