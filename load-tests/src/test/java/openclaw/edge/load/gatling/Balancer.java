package openclaw.edge.load.gatling;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import openclaw.edge.load.harness.EdgeProcess;
import openclaw.edge.load.harness.Pause;

/** Sends each request to the next one of the nodes that say they are ready, as load balancers do. */
final class Balancer implements AutoCloseable {
    private static final int LOOK_MS = 50;

    private final List<Place> places;
    private final AtomicInteger turn = new AtomicInteger();
    private final Thread thread = new Thread(this::look, "balancer");
    private volatile List<String> ready;
    private volatile boolean isOver;

    private record Place(String url, BooleanSupplier isReady) {}

    private Balancer(final List<Place> places) {
        this.places = places;
        this.ready = places.stream().map(Place::url).toList();
        thread.setDaemon(true);
        thread.start();
    }

    /** Before these nodes, all of which are ready now; others' addresses are taken in turn as they are. */
    static Balancer before(final Target target) {
        final List<Place> places = new ArrayList<>();
        for (int i = 0; i < target.urls().size(); i++) {
            final EdgeProcess node =
                    target instanceof OwnCluster cluster ? cluster.nodes().get(i) : null;
            places.add(new Place(target.urls().get(i), () -> node == null || node.isReady()));
        }
        return new Balancer(places);
    }

    private void look() {
        while (!isOver) {
            final List<String> found = new ArrayList<>();
            for (final Place place : places) {
                if (place.isReady().getAsBoolean()) {
                    found.add(place.url());
                }
            }
            if (!found.isEmpty()) {
                ready = List.copyOf(found);
            }
            Pause.ms(LOOK_MS);
        }
    }

    /** Where the next request goes. */
    String next() {
        final List<String> now = ready;
        return now.get(Math.floorMod(turn.getAndIncrement(), now.size()));
    }

    @Override
    public void close() {
        isOver = true;
    }
}
