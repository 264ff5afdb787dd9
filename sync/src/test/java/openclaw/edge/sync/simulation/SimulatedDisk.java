package openclaw.edge.sync.simulation;

import java.nio.file.Path;
import java.util.List;
import openclaw.edge.crdt.TableConfig;
import openclaw.edge.crdt.TableMemory;
import openclaw.edge.sync.MemberStore;

/** What a node leaves behind when its process is killed. */
final class SimulatedDisk implements MemberStore {

    static final int SLOTS = 64;
    private static final int OVERFLOW_BLOCKS = 32;
    private static final int INCARNATIONS = 64;

    private final TableMemory buckets;
    private final TableMemory quotas;
    private List<Saved> members = List.of();

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
        final SimulatedDisk copy = new SimulatedDisk(buckets.copy(), quotas.copy());
        copy.members = members;
        return copy;
    }

    @Override
    public List<Saved> load() {
        return members;
    }

    @Override
    public String save(final List<Saved> newMembers) {
        members = List.copyOf(newMembers);
        return null;
    }

    TableMemory buckets() {
        return buckets;
    }

    TableMemory quotas() {
        return quotas;
    }
}
