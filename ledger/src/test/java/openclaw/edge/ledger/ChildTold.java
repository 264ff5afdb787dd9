package openclaw.edge.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import openclaw.edge.ledger.read.JournalReader;
import openclaw.edge.ledger.read.ReadReport;
import openclaw.edge.ledger.record.Life;
import openclaw.edge.ledger.record.Outcome;

/** What a child process of one lane said before it died: 'A' exchange for an admission, 'C' exchange sequence for a commit. */
final class ChildTold {
    private final Map<Long, Long> committed = new HashMap<>();
    private Life life;
    private long admitted;

    /** What the journal holds of a life. */
    private static final class Held {
        private final Map<Long, Long> complete = new HashMap<>();
        private final Map<Long, Long> inDoubt = new HashMap<>();
        private long repeated;
    }

    long commits() {
        return committed.size();
    }

    /** Hears one thing; answers whether there was one. */
    boolean hear(final DataInputStream in) throws IOException {
        try {
            switch (in.readByte()) {
                case 'B' -> {}
                case 'L' -> life = new Life(in.readLong(), in.readLong());
                case 'A' -> admitted = in.readLong();
                case 'C' -> {
                    final long exchange = in.readLong();
                    committed.put(exchange, in.readLong());
                }
                default -> throw new IOException("the child said something else");
            }
            return true;
        } catch (final EOFException e) {
            // Cut by the kill, perhaps within a word.
            return false;
        }
    }

    /** Checks that a journal, whose directory was recovered once more, holds all that children said and doubts the rest. */
    static void check(
            final Path journal,
            final List<ChildTold> told,
            final int leastLives,
            final int mostLives,
            final int mostOpen)
            throws IOException {
        final Map<Life, Held> held = new HashMap<>();
        final ReadReport report = new JournalReader(List.of(journal)).read(record -> {
            if (!record.isFinal()) {
                return;
            }
            final Held of = held.computeIfAbsent(record.life(), life -> new Held());
            final Map<Long, Long> exchanges = record.outcome() == Outcome.IN_DOUBT ? of.inDoubt : of.complete;
            if (exchanges.put(record.exchange(), record.sequence()) != null) {
                of.repeated++;
            }
        });
        assertThat(report.isClean()).as("%s", report).isTrue();
        assertThat(report.brokenChains()).isEmpty();
        assertThat(report.lives()).hasSizeBetween(leastLives, mostLives).allMatch(ReadReport.LifeSummary::closed);
        for (final ChildTold child : told) {
            if (child.life != null) {
                child.check(held.getOrDefault(child.life, new Held()), mostOpen);
            }
        }
    }

    private void check(final Held held, final int mostOpen) {
        assertThat(held.repeated).isZero();
        assertThat(held.complete).as("all that was acknowledged").containsAllEntriesOf(committed);
        assertThat(Collections.disjoint(held.inDoubt.keySet(), held.complete.keySet()))
                .as("complete or in doubt")
                .isTrue();
        for (long exchange = 1; exchange <= admitted; exchange++) {
            assertThat(held.complete.containsKey(exchange) || held.inDoubt.containsKey(exchange))
                    .as("exchange %d of %d", exchange, admitted)
                    .isTrue();
        }
        assertThat(held.inDoubt).as("what was open at the kill").hasSizeLessThanOrEqualTo(mostOpen);
    }
}
