/**
 * Lanes: what an event loop writes usage records into, in mapped files that survive a kill of the process.
 *
 * <p>One lane per event loop and life, in {@code data/lanes/<life>/lane-<n>.dat}: a ring of usage records, the open table
 * of admitted exchanges, and totals of responses served without a record. Layout:
 * {@link openclaw.edge.ledger.lane.LaneDescriptor}. Files are preallocated by writing, so that no store can meet a
 * missing page on a full disk.
 *
 * <h2>Guarantees</h2>
 * <ol>
 *   <li>One thread produces, one thread consumes; neither locks, blocks, allocates nor calls the kernel.
 *   <li>A {@linkplain openclaw.edge.ledger.lane.Lane#claim() claimed} permit is room in the ring: the commit that uses it
 *       cannot fail. Slots - unconsumed records - claimed permits is never below zero.
 *   <li>Records become visible in the order of their sequences: body and CRC first, then the sequence with release.
 *   <li>A slot is valid if it holds the sequence that belongs there and its CRC32C over identity and body agrees. A slot
 *       is written again only after its record was released, so a kill in the middle of a write loses nothing committed.
 *   <li>Every exchange admitted and not committed stands in the open table with its names and charge. It is freed after
 *       its commit; a kill in between is recognised by the exchange number of the committed record.
 *   <li>The consumed position moves only after the consumer took the record over and saw it there; under
 *       {@code durability: power} only after it was forced there, and a later record here.
 * </ol>
 *
 * <p>What a kill -9 at any instant leaves, and what recovery makes of it:
 * <table>
 *   <caption>Kill points</caption>
 *   <tr><th>killed</th><th>found</th><th>becomes</th></tr>
 *   <tr><td>before the admission is published</td><td>free open slot</td><td>nothing; nothing was sent</td></tr>
 *   <tr><td>before the commit</td><td>occupied open slot</td><td>one IN_DOUBT record, charged from STREAMING on</td></tr>
 *   <tr><td>in the middle of writing the record</td><td>slot not valid, open slot occupied</td><td>IN_DOUBT</td></tr>
 *   <tr><td>between commit and free</td><td>valid record and occupied slot of one exchange</td><td>the record alone</td></tr>
 *   <tr><td>between append and consumed position</td><td>record both in queue and ring</td><td>appended again, counted
 *   once by readers</td></tr>
 * </table>
 *
 * <p>After a loss of power, in a lane that was forced, each sector is as it was at the last force or later, for itself:
 * {@link openclaw.edge.ledger.lane.LaneRecovery}.
 *
 * <p>Names in methods: a store "with release" makes all earlier stores of its thread visible to whoever reads it "with
 * acquire". Stores of a killed process stay in the page cache in the order in which the thread made them.
 */
package openclaw.edge.ledger.lane;
