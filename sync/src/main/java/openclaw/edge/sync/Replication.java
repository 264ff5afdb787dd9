package openclaw.edge.sync;

/**
 * What replication is about on one node: rows, sources, and how they were.
 *
 * @param rows of both tables, and the logs of their changes.
 * @param sources whose changes there are.
 * @param snapshots of what was joined when.
 * @param maxPeers how many peers the logs have room for.
 */
record Replication(Rows rows, Sources sources, RelaySnapshots snapshots, int maxPeers) {}
