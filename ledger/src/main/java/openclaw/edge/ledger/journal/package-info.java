/**
 * The journal: what drains the lanes into a Chronicle Queue, and brings in what earlier lives left. The only package that
 * knows {@code net.openhft}.
 *
 * <p>One queue per data directory, {@code <data>/journal}, a file per UTC hour; one document per record, exactly its
 * bytes. Appending is at least once: after a kill, and after an append that failed half-way, records are appended again
 * and readers count them once. Every name is defined in each file before its first use there, so that any file can be
 * read alone.
 *
 * <p>What goes wrong, and what follows:
 * <table>
 *   <caption>Faults</caption>
 *   <tr><th>fault</th><th>follows</th></tr>
 *   <tr><td>kill -9 at any instant</td><td>the next start appends what the lanes hold, makes IN_DOUBT records of open
 *   exchanges, closes the dead life</td></tr>
 *   <tr><td>kill -9 of the recovery itself</td><td>the next start does it again, with the same records; lanes go only after
 *   the new life's OPEN</td></tr>
 *   <tr><td>an append or the opening fails</td><td>counted, logged once, no permits, tried again each second with the
 *   queue opened anew; what the lanes took stays there</td></tr>
 *   <tr><td>the queue's directory was lost</td><td>all that the lanes of earlier lives still hold is appended</td></tr>
 *   <tr><td>the machine stopped</td><td>another boot id: all valid slots are appended again, whatever the consumed
 *   position says; what never reached the disk is a gap that readers name</td></tr>
 *   <tr><td>a dead process held the queue's lock</td><td>broken after 0.2 s; the directory's own lock, which the kernel
 *   frees at death, has shown that there is no other writer</td></tr>
 * </table>
 */
package openclaw.edge.ledger.journal;
