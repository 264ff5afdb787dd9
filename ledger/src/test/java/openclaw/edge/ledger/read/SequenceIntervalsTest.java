package openclaw.edge.ledger.read;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class SequenceIntervalsTest {
    @Test
    void shouldBehaveAsASetOfNumbers() {
        for (int seed = 0; seed < 400; seed++) {
            final Random random = new Random(seed);
            final SequenceIntervals intervals = new SequenceIntervals();
            final TreeSet<Long> model = new TreeSet<>();
            final int range = 1 + random.nextInt(60);
            for (int i = 0; i < 120; i++) {
                final long sequence = 1L + random.nextInt(range);
                if (random.nextInt(4) == 0) {
                    final long last = sequence + random.nextInt(5);
                    intervals.addRange(sequence, last);
                    for (long s = sequence; s <= last; s++) {
                        model.add(s);
                    }
                } else {
                    assertThat(intervals.add(sequence))
                            .as("seed %d step %d adds %d", seed, i, sequence)
                            .isEqualTo(model.add(sequence));
                }
                check(intervals, model, range + 6, "seed " + seed + " step " + i);
            }
        }
    }

    private static void check(
            final SequenceIntervals intervals, final NavigableSet<Long> model, final int upTo, final String when) {
        final List<Long> missing = new ArrayList<>();
        intervals.gaps(upTo, (from, to) -> {
            for (long s = from; s <= to; s++) {
                missing.add(s);
            }
        });
        final List<Long> expected = new ArrayList<>();
        for (long s = 1; s <= upTo; s++) {
            assertThat(intervals.contains(s)).as("%s contains %d", when, s).isEqualTo(model.contains(s));
            if (!model.contains(s)) {
                expected.add(s);
            }
        }
        assertThat(missing).as(when).isEqualTo(expected);
        assertThat(intervals.size()).as(when).isEqualTo(model.size());
        assertThat(intervals.highest()).as(when).isEqualTo(model.isEmpty() ? 0 : model.last());
        for (int i = 1; i < intervals.intervals(); i++) {
            assertThat(intervals.from(i)).as("%s: apart and sorted", when).isGreaterThan(intervals.to(i - 1) + 1);
        }
    }

    @Test
    void shouldGiveTheSameSetForEveryOrder() {
        for (int seed = 0; seed < 50; seed++) {
            final Random random = new Random(seed);
            final List<Long> sequences = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                sequences.add(1L + random.nextInt(300));
            }
            final SequenceIntervals first = new SequenceIntervals();
            sequences.forEach(first::add);
            java.util.Collections.shuffle(sequences, random);
            final SequenceIntervals second = new SequenceIntervals();
            sequences.forEach(second::add);
            assertThat(second.toString()).as("seed %d", seed).isEqualTo(first.toString());
        }
    }

    @Test
    void shouldPrintIntervals() {
        final SequenceIntervals intervals = new SequenceIntervals();
        assertThat(intervals).hasToString("");
        intervals.addRange(1, 5);
        intervals.add(7);
        assertThat(intervals).hasToString("1-5,7");
        intervals.add(6);
        assertThat(intervals).hasToString("1-7");
    }
}
