package openclaw.edge.ledger.lane;

import openclaw.edge.ledger.record.Life;

/**
 * A life that the journal knows to have served, that nothing ended, and of whose lanes none is there or can be read.
 *
 * @param life that was lost
 * @param lanes that it had
 */
public record LostLife(Life life, int lanes) {}
