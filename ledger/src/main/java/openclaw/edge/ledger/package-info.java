/**
 * The usage journal: every admitted exchange leaves exactly one final record, which survives a kill at any instant.
 *
 * <pre>
 *   event loop --- claim, admit, commit ---> lane            {@code .lane}     mapped file, one per loop and life
 *                                              |
 *                                          JournalAgent      {@code .journal}  appends at least once
 *                                              |
 *                                        Chronicle Queue     &lt;data&gt;/journal
 *                                              |
 *                                         JournalReader      {@code .read}     counts exactly once
 * </pre>
 *
 * What need not be kept, and archives of it: {@link openclaw.edge.ledger.retain}.
 *
 * <p>{@link openclaw.edge.ledger.Ledger} puts the writing side together; the layouts are in
 * {@link openclaw.edge.ledger.record}. Under {@code durability: process} records survive the process's death: stores into
 * mapped files outlive it; a stop of the machine can lose what the kernel had not written out, and readers name the gap.
 * Under {@code durability: power} a record survives that too once its lane's durable sequence has passed it. What can go
 * wrong, what clients see of it and how that was tested: {@link openclaw.edge.ledger.journal}.
 */
package openclaw.edge.ledger;
