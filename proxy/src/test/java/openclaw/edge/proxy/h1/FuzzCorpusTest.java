package openclaw.edge.proxy.h1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every input that coverage-guided fuzzing found worth keeping, once more: the build's part of it. */
class FuzzCorpusTest {
    @ParameterizedTest
    @EnumSource
    void shouldStillAgreeOnEveryInputOfTheCorpus(final FuzzCorpus corpus) {
        final List<byte[]> inputs = corpus.inputs();
        assertThat(inputs).hasSizeGreaterThan(50);
        for (final byte[] input : inputs) {
            assertThatCode(() -> corpus.entry.accept(input))
                    .as(HexFormat.of().formatHex(input))
                    .doesNotThrowAnyException();
        }
    }
}
