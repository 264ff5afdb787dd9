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
 * {@link openclaw.edge.ledger.Ledger} puts the writing side together; the layouts are in
 * {@link openclaw.edge.ledger.record}. Guaranteed is survival of the process's death ({@code durability: process}): stores
 * into mapped files outlive it. A stop of the machine can lose what the kernel had not written out; readers name the gap.
 */
package openclaw.edge.ledger;
