package openclaw.edge.load.gatling;

import static io.gatling.javaapi.core.CoreDsl.constantUsersPerSec;
import static io.gatling.javaapi.core.CoreDsl.regex;
import static io.gatling.javaapi.core.CoreDsl.scenario;
import static io.gatling.javaapi.http.HttpDsl.sse;

import io.gatling.javaapi.core.Session;
import io.gatling.javaapi.http.SseMessageCheck;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Server-sent events to many clients at once, each of which waits for every event and then leaves: streams are passed on as they come,
 * for as long as they last, and each is recorded.
 *
 * <p>{@code -Drate=} (20) streams begun per second, {@code -Dseconds=} (15), {@code -Devents=} (10) to each, one every {@code -Dms=}
 * (100); with {@code -Dtarget=} {@code -Dpath=} must answer with a stream of at least so many. Asserts that all events came, in order and
 * each within 10 s, and the books. Reports how long events took through the node, by the clock of this machine.
 */
public final class EventsSimulation extends EdgeSimulation {
    private static final int PATIENCE_SECONDS = 10;
    private static final long SECOND_NS = 1_000_000_000L;

    private final Timeline delays = new Timeline(SECOND_NS);
    private final int events = Knobs.number("events", 10, 1, 1_000);

    /** Sets it up. */
    public EventsSimulation() {
        super(OwnNode::make);
        final int everyMs = Knobs.number("ms", 100, 1, 60_000);
        run(
                atOnce(),
                scenario("events")
                        .exec(clients::next)
                        .exec(sse("stream")
                                .get(path("/events?n=" + events + "&ms=" + everyMs))
                                .header("x-api-key", target.keys().get(0))
                                .header("X-Request-Id", "#{" + ClientBooks.ID + "}")
                                .await(PATIENCE_SECONDS + (long) events * everyMs / 1000)
                                .on(IntStream.range(0, events)
                                        .mapToObj(this::event)
                                        .toList()))
                        .exitHereIfFailed()
                        .exec(this::noted)
                        .exec(sse("leave").close())
                        .injectOpen(constantUsersPerSec(Knobs.rate(20)).during(Knobs.seconds(15))));
    }

    private SseMessageCheck event(final int number) {
        final SseMessageCheck event = sse.checkMessage("event");
        return target instanceof OwnNode
                ? event.check(
                        regex("\"id\":\"" + number + "\"").exists(),
                        regex("\"data\":\"(\\d+)\"")
                                .transform(sentNs -> {
                                    delays.record(Long.parseLong(sentNs), System.nanoTime());
                                    return sentNs;
                                })
                                .exists())
                : event;
    }

    private Session noted(final Session session) {
        clients.answered(session, 200);
        return session;
    }

    @Override
    List<Row> more() {
        final List<Row> rows = new ArrayList<>();
        if (target instanceof OwnNode) {
            rows.add(Row.same("events that came", delays.all().getTotalCount(), clients.answered() * events));
            rows.add(Row.told("from upstream to client: " + Timeline.text(delays.all()), ""));
        }
        return rows;
    }
}
