package openclaw.edge.sync.simulation;

import java.nio.file.Path;
import openclaw.edge.crdt.TableConfig;
import openclaw.edge.crdt.TableMemory;

/** What a node leaves behind when its process is killed. */
final class SimulatedDisk {

    static final int SLOTS = 64;
    private static final int OVERFLOW_BLOCKS = 32;
    private static final int INCARNATIONS = 64;

    private final TableMemory buckets;
    private final TableMemory quotas;

    private SimulatedDisk(final TableMemory buckets, final TableMemory quotas) {
        this.buckets = buckets;
        this.quotas = quotas;
    }

    /** An empty directory. */
    static SimulatedDisk empty(final int node) {
        final Path file = Path.of("simulated", "node-" + node);
        final TableConfig config = new TableConfig(file, SLOTS, OVERFLOW_BLOCKS, 1, node + 1);
        return new SimulatedDisk(new TableMemory(config, INCARNATIONS), new TableMemory(config, INCARNATIONS));
    }

    /** A backup, or a copied directory. */
    SimulatedDisk copy() {
        return new SimulatedDisk(buckets.copy(), quotas.copy());
    }

    TableMemory buckets() {
        return buckets;
    }

    TableMemory quotas() {
        return quotas;
    }
}
