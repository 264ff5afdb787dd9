/**
 * Sealed archives: records packed without a compression library, so that the same records have the same bytes on every JDK and
 * machine, for ever. What is unpacked is what a file of the queue would hold; {@link openclaw.edge.ledger.read} reads both.
 * Sealing itself: {@link openclaw.edge.ledger.retain}.
 */
package openclaw.edge.ledger.archive;
