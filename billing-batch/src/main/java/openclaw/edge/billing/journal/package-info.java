/**
 * {@code ./edge journal}: looks into journals, and makes synthetic ones. Reads by {@link openclaw.edge.ledger.read}, so that
 * copies count once, damage is passed and named, and a living node's journal is read as well as an archive.
 *
 * <p>What goes to standard output is either JSON, a line for each object, or a table for people; progress and complaints go to
 * standard error. Text from journals never reaches a terminal with its control characters. A closed pipe and Ctrl-C end a
 * command without a word.
 */
package openclaw.edge.billing.journal;
