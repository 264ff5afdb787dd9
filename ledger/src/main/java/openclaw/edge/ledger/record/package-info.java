/**
 * The records of the usage journal: their binary layout (version 1), flyweights over it, and what identifies a record.
 *
 * <p>All integers are little-endian, all lengths are in bytes, all instants are nanoseconds since the Unix epoch in
 * cycle time. Every record begins with the header of {@link openclaw.edge.ledger.record.RecordDescriptor}: a CRC32C over
 * all that follows it, the length, the version and the type. A flyweight reads and writes in place; call
 * {@link openclaw.edge.ledger.record.RecordRegion#isValid(int, int)} before any field is believed.
 *
 * <p>A usage record is identified by (life, lane, sequence) and by nothing else. Equal identity and equal CRC is the same
 * record met twice; equal identity with another CRC is a conflict.
 *
 * <p>Names are 64-bit hashes ({@link openclaw.edge.ledger.record.NameHash}), the same on every edge; NAME records carry
 * the spelling, and stand in each journal file before the first use of the id there.
 */
package openclaw.edge.ledger.record;
