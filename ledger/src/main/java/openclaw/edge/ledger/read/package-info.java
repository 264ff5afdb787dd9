/**
 * Reading journals: each usage record exactly once, and an account of everything that is missing, doubled, damaged or
 * contradictory. The reader keeps a set of intervals per (life, lane), never a maximum.
 *
 * <p>{@link openclaw.edge.ledger.read.JournalReader} walks the queue's files itself, read-only and mapped; it needs
 * neither the queue's library nor its metadata, so that archived, copied and broken files are read as well as living ones.
 */
package openclaw.edge.ledger.read;
