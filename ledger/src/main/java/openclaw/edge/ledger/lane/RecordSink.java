package openclaw.edge.ledger.lane;

import org.agrona.concurrent.UnsafeBuffer;

/** Takes usage records over from a lane, names behind them. */
@FunctionalInterface
public interface RecordSink {
    /**
     * Takes one record over. When it returns, the record is in safe hands; when it throws, it is offered again.
     *
     * @param buffer that holds the record with its names
     * @param recordAt offset of the record's header
     */
    void accept(UnsafeBuffer buffer, int recordAt);
}
