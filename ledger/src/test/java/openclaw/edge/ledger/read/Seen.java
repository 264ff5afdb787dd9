package openclaw.edge.ledger.read;

import java.util.Map;
import java.util.TreeMap;
import openclaw.edge.ledger.record.Life;
import openclaw.edge.ledger.record.UsageRecord;

/** A visitor that remembers what it has seen: identity and CRC. Fails when it sees an identity twice. */
final class Seen implements JournalVisitor {
    private final TreeMap<String, Integer> records = new TreeMap<>();

    static String identity(final long high, final long low, final int lane, final long sequence) {
        return new Life(high, low) + ":" + lane + ":" + sequence;
    }

    @Override
    public void onUsage(final UsageRecord record) {
        final String identity = identity(record.lifeHigh(), record.lifeLow(), record.lane(), record.sequence());
        if (records.put(identity, record.crc()) != null) {
            throw new AssertionError(identity + " was visited twice");
        }
    }

    @Override
    public boolean restart() {
        records.clear();
        return true;
    }

    Map<String, Integer> records() {
        return records;
    }
}
