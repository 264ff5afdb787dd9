package openclaw.edge.load.walls.broken.rating;

/** Breaks a wall on purpose. */
public final class RatingWithFloatParameter {
    long cents(final float price) {
        return (long) (price * 100);
    }
}
