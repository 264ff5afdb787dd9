package openclaw.edge.ledger.journal;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import openclaw.edge.ledger.lane.EarlierLanes;
import openclaw.edge.ledger.lane.LaneStore.EarlierLife;
import openclaw.edge.ledger.lane.LostLife;
import openclaw.edge.ledger.read.JournalReader;
import openclaw.edge.ledger.read.JournalVisitor;
import openclaw.edge.ledger.read.UsageBatch;
import openclaw.edge.ledger.record.CloseRecord;
import openclaw.edge.ledger.record.Life;
import openclaw.edge.ledger.record.OpenRecord;
import openclaw.edge.ledger.record.TickRecord;
import openclaw.edge.ledger.record.UsageRecord;

/**
 * Lives of which the journal's newest files speak, that nothing ended and no other life followed: their lanes should be there.
 * A life that another one followed was told of when that one began.
 */
public final class LostLives implements JournalVisitor {
    private final Map<Life, Integer> lanes = new LinkedHashMap<>();
    private final Set<Life> over = new HashSet<>();

    private LostLives() {}

    /**
     * Asks the journal, newest file first, as far back as to one that speaks of a life.
     *
     * @param journal directory of the journal, which may be absent
     * @param earlier lanes that are there
     * @return those whose lanes are not, the newest last
     * @throws IOException when the journal cannot be read
     */
    public static List<LostLife> find(final Path journal, final EarlierLanes earlier) throws IOException {
        final LostLives found = new LostLives();
        for (final EarlierLife life : earlier.lives()) {
            found.over.add(life.origin().life());
            found.over.add(life.origin().previous());
        }
        final List<Path> files = QueueDirectories.files(journal);
        for (int i = files.size() - 1; i >= 0 && found.lanes.isEmpty(); i--) {
            new JournalReader(List.of(files.get(i))).read(found);
        }
        final List<LostLife> lost = new ArrayList<>();
        found.lanes.forEach((life, number) -> {
            if (!found.over.contains(life)) {
                lost.add(new LostLife(life, number));
            }
        });
        return Collections.unmodifiableList(lost);
    }

    @Override
    public void onUsage(final UsageRecord record) {
        // Nothing is asked about what was used.
    }

    @Override
    public void onUsages(final UsageBatch batch) {
        // As above.
    }

    @Override
    public void onOpen(final OpenRecord record) {
        over.add(record.previous());
        lanes.put(record.life(), record.lanes());
    }

    @Override
    public void onTick(final TickRecord record) {
        lanes.putIfAbsent(record.life(), record.lanes());
    }

    @Override
    public void onClose(final CloseRecord record) {
        over.add(record.life());
    }
}
