package openclaw.edge.load.walls.broken.rating;

/** Breaks a wall on purpose. */
public final class RatingReadsFile {
    java.io.File file() {
        return new java.io.File("prices");
    }
}
