package openclaw.edge.load.harness;

import java.io.IOException;

/** Takes a body in pieces, as they come. */
@FunctionalInterface
public interface BodySink {
    /** The first {@code length} bytes are the body's next; the array is used again afterwards. */
    void accept(byte[] bytes, int length) throws IOException;
}
