package openclaw.edge.sync;

import openclaw.edge.crdt.BucketTable;
import openclaw.edge.crdt.NodeIncarnation;
import openclaw.edge.crdt.QuotaTable;

/**
 * What a node replicates: its tables, and the incarnation that its counters in both belong to.
 *
 * @param buckets opened as a member's.
 * @param quotas its quota rows.
 * @param incarnation of both.
 */
public record LocalTables(BucketTable buckets, QuotaTable quotas, NodeIncarnation incarnation) {}
