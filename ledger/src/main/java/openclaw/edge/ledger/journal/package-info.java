/**
 * The journal: what drains the lanes into a Chronicle Queue, and brings in what earlier lives left. The only package that
 * knows {@code net.openhft}.
 *
 * <p>A file per UTC hour; one document per record, exactly its bytes. Appending is at least once: after a kill, and after an
 * append that failed half-way, records are appended again and readers count them once. Every name is defined in each file
 * before its first use there, so that any file can be read alone.
 *
 * <p>The queue is {@code <data>/journal} at first. Where its end may be torn or full of holes a fresh one is begun below it,
 * {@code queue-000002} and so on: after a failed append or opening, and when the machine has stopped since the last was
 * written. Nothing is ever moved or written over; readers take all of them.
 *
 * <h2>When a record leaves its lane</h2>
 * <pre>
 *   commit -&gt; append -&gt; read back -&gt; (power: queue forced, lane forced beyond it) -&gt; the slot may be used again
 * </pre>
 * Stores into a mapped file on a full disk are lost without a word: compiled code goes on, and the virtual machine's error
 * comes when the thread next enters one of its slow paths, a megabyte of stores later in measurements. A file that was
 * removed takes stores for ever. So nothing is given free before {@code WrittenCheck} has walked
 * over it by read calls, in the file that stands under its name.
 *
 * <h2>Faults</h2>
 * In each of them what clients get is decided by {@code on_unavailable}: {@code reject} answers 503 with
 * {@code Retry-After: 1}, nothing debited, nothing sent; {@code admit} serves on and sums up in LOSS records. Each is counted,
 * logged once when it begins and once when it ends, shown by {@code /health/ready} and {@code openclaw_journal_healthy}, and
 * ends by itself when its cause is gone.
 * <table>
 *   <caption>What happens, what clients see, what is lost, and which test says so</caption>
 *   <tr><th>fault</th><th>what follows; clients see</th><th>lost</th><th>tested by</th></tr>
 *   <tr><td>kill -9 at any instant</td><td>the connections end; the next start appends what the lanes hold, makes IN_DOUBT
 *   records of open exchanges, closes the dead life</td><td>nothing</td><td>LaneKillPointTest between any two stores of a lane;
 *   SimulatedDeathTest at any step of append, check, roll; HaltTest with real processes at seeded steps of both; ProcessKillTest with
 *   real processes at random moments</td></tr>
 *   <tr><td>kill -9 of the recovery, and of its recovery</td><td>the next start does it again, with the same records; lanes go
 *   only after the new life's OPEN can be read</td><td>nothing</td><td>RecoveryKillPointTest, SimulatedDeathTest, HaltTest</td></tr>
 *   <tr><td>half a document at the end</td><td>written over by the next start after 0.2 s</td><td>nothing</td>
 *   <td>SimulatedDeathTest</td></tr>
 *   <tr><td>disk nearly full</td><td>{@code DiskGuard}: no permits, what was admitted is still
 *   recorded; policy</td><td>nothing</td><td>JournalFaultTest, FullDiskTest on a real file system</td></tr>
 *   <tr><td>disk full at once, a store lost, InternalError</td><td>all since the last check is appended again, to a fresh queue;
 *   tried each second; policy meanwhile</td><td>nothing</td><td>FullDiskTest, JournalFaultTest</td></tr>
 *   <tr><td>an append, the check, or the opening fails</td><td>the same</td><td>nothing</td><td>JournalFaultTest at every step</td>
 *   </tr>
 *   <tr><td>read-only at the start</td><td>the process does not start, and says why</td><td>nothing</td><td>JournalFaultTest</td>
 *   </tr>
 *   <tr><td>permission lost while running</td><td>the open file is written on; at the roll, policy until it is back</td>
 *   <td>nothing</td><td>JournalFaultTest</td></tr>
 *   <tr><td>the journal's directory removed, its file cut or replaced, while running</td><td>noticed before another slot is
 *   given free, a replaced one within a second; a fresh queue gets OPEN, the catalog in force, all that the lanes still hold, released or not; policy for about
 *   a second</td><td>what was removed, beyond the last records of each lane: readers name the gap</td><td>JournalFaultTest</td>
 *   </tr>
 *   <tr><td>the directory was removed while no process ran</td><td>all that the lanes of earlier lives still hold is
 *   appended</td><td>the same</td><td>RecoveryTest</td></tr>
 *   <tr><td>the machine stopped, {@code durability: process}</td><td>another boot id: all valid slots are appended again,
 *   whatever the consumed position says</td><td>what never reached the disk: readers name the gap</td><td>RecoveryTest</td></tr>
 *   <tr><td>power lost, {@code durability: power}</td><td>the same; what neither lane nor queue holds is VOID</td>
 *   <td>no record behind the durable watermark</td><td>PowerLossTest: sectors that were not forced are lost in whole or in
 *   part</td></tr>
 *   <tr><td>a force fails</td><td>the watermark stands, no permits; every page is stored to again before the next</td>
 *   <td>nothing</td><td>PowerLossTest</td></tr>
 *   <tr><td>the journal grows beyond {@code journal.retain}</td><td>what every registered reader has committed is deleted by a
 *   thread of its own; where nothing may go, one line in the log and metrics. Nothing is seen until the disk is nearly full</td>
 *   <td>nothing: control records stay in the remains</td><td>RetentionTest</td></tr>
 *   <tr><td>kill -9 during a deletion, a commit or a sealing</td><td>remains are forced before the file is unlinked, and with both
 *   there the file counts; a commit is there or not; archives are there whole or not. The next look, or run, goes on</td>
 *   <td>nothing</td><td>RetainKillTest with real processes; RetentionTest, ReadersTest, SealingTest</td></tr>
 *   <tr><td>a reader registers while files are deleted</td><td>before each file the readers are asked again, and none comes or
 *   goes until it is gone</td><td>nothing that it needs of what was there when it had registered</td><td>RetentionTest</td></tr>
 *   <tr><td>a copy of a deleted file, an older one perhaps, is put back</td><td>its usage counts again; when it goes, the remains say
 *   all that they said before and what it adds</td><td>nothing</td><td>RetentionTest</td></tr>
 *   <tr><td>a reader's file is damaged</td><td>nothing is deleted, the log names it</td><td>nothing</td>
 *   <td>RetentionTest at every byte</td></tr>
 *   <tr><td>a closed file is damaged</td><td>it is kept, whatever was committed</td><td>nothing by deletion</td>
 *   <td>RetentionTest</td></tr>
 *   <tr><td>an archive is damaged or cut short</td><td>readers name the places and deliver the rest; SHA256SUMS shows it</td>
 *   <td>what stood there, unless a copy has it</td><td>SealingTest</td></tr>
 *   <tr><td>a file is removed by hand</td><td>readers name its records as gaps</td><td>its records</td>
 *   <td>JournalFaultTest</td></tr>
 *   <tr><td>a second process in the directory, also where {@code ledger.lock} was removed or replaced</td><td>refused before it
 *   changes anything: each lane is locked too; the first puts its lock back</td><td>nothing</td><td>OneWriterTest,
 *   LostLedgerFilesTest with real nodes</td></tr>
 *   <tr><td>the data directory removed while running, and another process begun there</td><td>no permits; the first opens no queue
 *   there while the other has the lock, what it has open it goes on with</td><td>what its lanes hold and its own queue cannot
 *   take</td><td>OneWriterTest</td></tr>
 *   <tr><td>a lane removed or replaced while running</td><td>no permits until a restart; a stop in order journals all</td>
 *   <td>nothing without a kill</td><td>DirectoryWatchTest, LostLedgerFilesTest</td></tr>
 *   <tr><td>a lane cut or overwritten while running</td><td>no permits until a restart; no CLOSE</td><td>what stood there: the
 *   life stays without an end</td><td>DirectoryWatchTest</td></tr>
 *   <tr><td>lanes removed, emptied or their headers zeroed while no process ran</td><td>the next start says so and goes on; the life
 *   stays without an end, and the next one names it as its predecessor</td><td>what the lanes held</td><td>RecoveryTest</td></tr>
 *   <tr><td>a dead process held the queue's own lock, under our process number too</td><td>broken after 0.2 s; the directory's
 *   lock, which the kernel frees at death, has shown that there is no other writer</td><td>nothing</td><td>QueueLockTest</td>
 *   </tr>
 * </table>
 *
 * <h2>{@code durability: power}</h2>
 * <ol>
 *   <li>{@link openclaw.edge.ledger.journal.ForceAgent} forces a lane's file when records were committed since, all of them
 *       together; then the lane's watermark moves and whoever waits is told. The event loop never waits.
 *   <li>The journal forces the queue's file, and the directories when it is new, ten times a second and when a lane begins to
 *       fill; before it leaves a file at a roll; before a lane of an earlier life goes.
 *   <li>A slot is used again when its record is in a forced queue, and a later record of its lane is durable: then the open
 *       table's word of its end is durable too.
 *   <li>A disk is taken to write a sector of 512 bytes as it stood at one instant; every slot is one.
 * </ol>
 */
package openclaw.edge.ledger.journal;
