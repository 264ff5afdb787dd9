package openclaw.edge.load.walls.broken.rating;

/** Breaks a wall on purpose. */
public final class RatingWithDoubleField {
    private final double price = 0.1;

    long cents() {
        return (long) (price * 100);
    }
}
