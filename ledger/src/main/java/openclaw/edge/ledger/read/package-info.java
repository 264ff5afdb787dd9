/**
 * Reading journals: each usage record exactly once, and an account of everything that is missing, doubled, damaged or
 * contradictory, from any mess of files. Needs neither the queue's library nor its metadata.
 *
 * <pre>
 *   JournalFiles   which files: each once, whatever the paths and links that lead to it; of queues, what deleted ones have
 *        |         left, and archives, which are unpacked as they are read
 *   RecordWalk     one file, from whole record to whole record; RecordFinder looks behind a break
 *        |
 *   FileScan       one thread: stretches of records of one lane, claimed in the Books, given to a JournalVisitor
 *        |
 *   Books          LifeHistory, LaneClaims: which sequences were read, in which file each stands
 *        |
 *   Settlement     what was met twice is read again, both places, and compared
 *        |
 *   ReadReport     with Coverage (what is torn here is whole there) and Contradictions
 * </pre>
 *
 * <b>What is believed.</b> A record's CRC32C over identity and body, nothing around it. A document of the queue whose header
 * is not that of the record in it is a break; behind it the next whole record is looked for at every byte, and what lies
 * between is named. Metadata is passed over after no record was found in it. Unwritten space is the end unless a record, or
 * the mark that ends a file, stands within 4 MiB behind, or anywhere where the file's header says that more was written.
 * Records of unknown version or type are counted and passed over.
 *
 * <p><b>What is remembered.</b> Per lane, stretches of sequences that follow each other in one file; no CRC, nothing per
 * record. Sequences that were claimed before are doubled: after all files were scanned, both places are read again and the
 * CRCs compared. It costs two more looks at what is doubled, and nothing at what is not.
 *
 * <p><b>Always the same.</b> Which of two equal records is visited makes no difference. Of unequal ones with one identity the
 * lowest CRC counts, unsigned: when another one was visited, visitors that can {@link
 * openclaw.edge.ledger.read.JournalVisitor#restart() restart} are given everything anew. A torn stretch is covered when
 * another file has the same records before and behind it at the same places and is whole there: so a copy cut short, or torn,
 * takes nothing from a whole one beside it, and {@link openclaw.edge.ledger.read.ReadReport#isClean()} says so.
 *
 * <p><b>Complete or not.</b> Per lane, every sequence up to the highest that any CLOSE, TICK, OPEN of the next life, or life
 * that heard of it speaks of must be there or in a VOID; the others are gaps. A life that only others speak of was not read.
 * A life is complete up to an instant by its CLOSE, or by the claim of a TICK.
 *
 * <p><b>Deleted or archived.</b> What was deleted after every registered reader had committed it is no gap; the report names
 * what no file read holds any more. Archives fill holes and make none: they hold one tenant's records of a cycle, and nothing
 * is expected of a lane that only they speak of.
 *
 * <p><b>While a node writes.</b> A document counts when the writer has completed it. A reader may be called again and goes on;
 * {@link openclaw.edge.ledger.read.JournalReader#following} makes that cheap. What cannot be read at all, a file that
 * disappears among them, is damage; only a directory that cannot be listed ends a reading.
 */
package openclaw.edge.ledger.read;
