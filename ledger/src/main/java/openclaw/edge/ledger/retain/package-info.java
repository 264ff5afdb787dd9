/**
 * What a journal keeps, and for whom.
 *
 * <pre>
 *   Readers          who needs the records, and which of them each has committed: Position, intervals per life and lane
 *      |
 *   RetentionAgent   once a minute, on its own thread: Retention looks at closed files, oldest first
 *      |
 *   Remains          what a deleted file leaves: its control records, and which usage went with it
 *
 *   Sealing          beside a reading: archives of a cycle's records, one for each tenant; and their Position, to be committed
 * </pre>
 *
 * <b>What may go.</b> A file of the queue is deleted when the configuration asks for it (age, size), at least one reader is
 * registered, every usage record in it is in what every registered reader has committed, nothing in it is damaged,
 * contradictory or unknown, and the writer has left it for good. Commits name identities, not files or times: so they hold
 * for copies that were read elsewhere, and a late record that no reader has seen keeps its file.
 *
 * <p><b>What stays.</b> OPEN, CLOSE, VOID, LOSS, CATALOG and the last words of the TICKs stand in the remains, which are read
 * like any file of the journal: the chain of lives, what is expected of each lane and up to when a life is complete stay as
 * they were. Before the file goes, the remains are read back and compared with it. What a file of that name has left before is
 * kept with them.
 *
 * <p><b>Killed in between.</b> The remains are forced before the file is unlinked. With both there, readers take the file's
 * records, and the next look deletes it. What was committed is forced before the commit returns.
 */
package openclaw.edge.ledger.retain;
