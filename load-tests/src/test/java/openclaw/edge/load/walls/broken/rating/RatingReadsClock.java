package openclaw.edge.load.walls.broken.rating;

/** Breaks a wall on purpose. */
public final class RatingReadsClock {
    long now() {
        return System.currentTimeMillis();
    }
}
