/**
 * Synthetic journals: records like those of busy nodes, as many as asked for, in the files that the real writer makes, with the
 * true totals counted as they are made. For trying the batch at size, and for measuring readers.
 *
 * <pre>
 *   Traffic (tenants, agents: Zipf; routes, models, outcomes by weight)
 *      |
 *   NodeJournal, one per node and thread --- LifeJournal, one life after the other ---&gt; journal/edge-a/*.cq4
 *      |
 *   Totals: requests and tokens billed, by tenant
 * </pre>
 *
 * The same {@link openclaw.edge.ledger.generate.GenerateConfig} gives the same records in the same files at the same
 * positions, whatever the number of threads. Chance is SplitMix64, one stream for each node.
 */
package openclaw.edge.ledger.generate;
