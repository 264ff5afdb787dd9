package openclaw.edge.proxy.h1;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * One input of a coverage-guided fuzzer: the first two bytes say how the rest is cut into pieces, the rest is what comes over
 * the wire. Held against {@link StrictModel} in one piece and in those pieces, so that neither an exception, nor a decision that
 * depends on the pieces, nor one that the model does not share gets by.
 */
final class FuzzInput {
    private static final int CONTROL_BYTES = 2;

    /** What the model does wrong, to see that the fuzzer finds it. */
    private static final StrictModel.Flaw FLAW = StrictModel.Flaw.valueOf(System.getProperty("fuzz.flaw", "NONE"));

    private FuzzInput() {}

    /** @param prefix comes before the input's bytes */
    static void compare(final byte[] data, final String method, final String prefix) {
        if (data.length <= CONTROL_BYTES) {
            return;
        }
        final byte[] head = prefix.getBytes(StandardCharsets.ISO_8859_1);
        final byte[] bytes = Arrays.copyOf(head, head.length + data.length - CONTROL_BYTES);
        System.arraycopy(data, CONTROL_BYTES, bytes, head.length, data.length - CONTROL_BYTES);
        final SplittableRandom random = new SplittableRandom((data[0] << 8) | (data[1] & 0xff));
        final Differential differential = new Differential(FLAW, wire -> wire);
        differential.compare(bytes, method, new int[] {0, bytes.length}, random);
        differential.compare(bytes, method, new HostileStreams(random).splits(bytes.length), random);
    }
}
