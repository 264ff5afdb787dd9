package openclaw.edge.proxy.h1;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;

/** What coverage-guided fuzzing is aimed at, and the inputs that it has found worth keeping: a line of hex digits each. */
enum FuzzCorpus {
    REQUESTS(RequestStreamFuzz.class, RequestStreamFuzz::fuzzerTestOneInput),
    RESPONSES(ResponseStreamFuzz.class, ResponseStreamFuzz::fuzzerTestOneInput),
    CHUNKS(ChunkedBodyFuzz.class, ChunkedBodyFuzz::fuzzerTestOneInput);

    final Class<?> target;

    @SuppressWarnings("ImmutableEnumChecker") // static methods
    final Consumer<byte[]> entry;

    FuzzCorpus(final Class<?> target, final Consumer<byte[]> entry) {
        this.target = target;
        this.entry = entry;
    }

    List<byte[]> inputs() {
        final String name = "/fuzz/" + target.getSimpleName() + ".hex";
        try (InputStream in = FuzzCorpus.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII)
                    .lines()
                    .map(HexFormat.of()::parseHex)
                    .toList();
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
