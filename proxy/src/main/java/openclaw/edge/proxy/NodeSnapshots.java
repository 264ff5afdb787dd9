package openclaw.edge.proxy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import openclaw.edge.catalog.Catalog;
import openclaw.edge.proxy.config.EdgeConfig;
import openclaw.edge.proxy.config.LoopView;
import openclaw.edge.proxy.config.Snapshot;
import openclaw.edge.proxy.config.SnapshotBuilder;
import openclaw.edge.proxy.config.Snapshots;
import openclaw.edge.yaml.FailureWords;

/**
 * Makes a node's snapshots and puts them in force: the first one at start, one for each reload, and one when a billing cycle ends.
 * Everything is made before anything is changed, so that what cannot be made changes nothing.
 */
final class NodeSnapshots {
    private final NodeState state;
    private final List<NodeLoop> loops;
    private final Snapshots snapshots;
    private final SnapshotBuilder builder;
    private Upstreams upstreams;

    NodeSnapshots(final NodeState state, final List<NodeLoop> loops) {
        this.state = state;
        this.loops = loops;
        this.snapshots = state.snapshots();
        this.builder = new SnapshotBuilder(state.buckets(), state.quotas());
    }

    /**
     * Puts a configuration and its catalog in force, and the catalog on record. Blocks: not on an event loop.
     *
     * @throws StartException when the upstream's name has no address, or the catalog's version cannot be kept
     * @throws IllegalArgumentException if configuration and catalog do not fit each other; the message names the key
     * @throws openclaw.edge.crdt.TableException if the tables have no room for the catalog
     */
    synchronized void put(final NodeFiles files) {
        final EdgeConfig config = files.config();
        final Catalog catalog = files.catalog();
        final long nowNs = NodeState.epochNs();
        final Upstreams wanted =
                upstreams != null && upstreams.isFor(config.upstream()) ? upstreams : Upstreams.of(config.upstream());
        final Snapshot before = snapshots.current();
        final List<LoopView> views = new ArrayList<>();
        for (int i = 0; i < loops.size(); i++) {
            final NodeLoop loop = loops.get(i);
            // Unchanged upstreams are carried over, with their connections.
            views.add(loop.view(config, wanted == upstreams ? before.loop(i).upstreams() : loop.upstreams(wanted)));
        }
        final SnapshotBuilder.Prepared prepared = builder.prepare(config, catalog, views, nowNs, state.bucketNs());
        keep(config, catalog, nowNs);
        swap(prepared);
        if (wanted != upstreams) {
            close();
            upstreams = wanted;
            upstreams.start();
        }
    }

    /** Ends the threads that watch the upstreams of the snapshot in force. */
    synchronized void close() {
        if (upstreams != null) {
            upstreams.close();
        }
    }

    /** Puts the same configuration in force anew when the last cycle that the present snapshot knows well is about to begin. */
    synchronized void refreshIfDue() {
        final long nowNs = NodeState.epochNs();
        final Snapshot before = snapshots.current();
        if (nowNs < before.refreshAtNs()) {
            return;
        }
        final List<LoopView> views = new ArrayList<>();
        for (int i = 0; i < loops.size(); i++) {
            views.add(before.loop(i));
        }
        swap(builder.prepare(before.config(), before.catalog(), views, nowNs, state.bucketNs()));
    }

    private void keep(final EdgeConfig config, final Catalog catalog, final long nowNs) {
        try {
            state.ledger().catalog(CatalogContent.of(catalog), nowNs);
        } catch (final IOException e) {
            throw new StartException(
                    "data=" + config.data() + ": expected room to keep the catalog's version, found "
                            + FailureWords.withFile(e),
                    e);
        }
    }

    private void swap(final SnapshotBuilder.Prepared prepared) {
        snapshots.swap(prepared.snapshot());
        prepared.commit();
        loops.forEach(loop -> loop.inForce(prepared.snapshot()));
    }
}
