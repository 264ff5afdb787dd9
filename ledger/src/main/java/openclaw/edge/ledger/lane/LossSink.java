package openclaw.edge.ledger.lane;

import org.agrona.concurrent.UnsafeBuffer;

/** Takes over what a lane served without records. */
@FunctionalInterface
public interface LossSink {
    /**
     * Takes the totals of one entry over. When it returns, they are in safe hands; when it throws, they are offered again.
     *
     * @param buffer that holds the entry
     * @param entry its fields, valid during the call
     */
    void accept(UnsafeBuffer buffer, LossEntry entry);
}
