package openclaw.edge.crdt;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Map;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The life of a node's counters, in both its tables: one id, under which the cluster knows them. A process resumes it
 * only where nobody else can have gone on with it: the same boot of the machine, the same directory and the same files,
 * by device and inode, the same layout; the files' locks see to it that it is the only one. Otherwise the node is a new
 * incarnation, and what the files hold is kept as what a peer is known to have counted: lower bounds.
 *
 * <p>{@link #open} comes before any other thread; {@link #renew} and {@link #retire} belong to the gossip agent's
 * thread, event loops go on counting beside them. A kill at any point leaves what the next {@link #open} finishes.
 */
public final class NodeIncarnation {

    private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");
    private static final SecureRandom RANDOM = new SecureRandom();

    private final TableIncarnations buckets;
    private final TableIncarnations quotas;
    private final boolean resumed;

    private NodeIncarnation(final TableIncarnations buckets, final TableIncarnations quotas, final boolean resumed) {
        this.buckets = buckets;
        this.quotas = quotas;
        this.resumed = resumed;
    }

    /**
     * Resumes the incarnation in the tables' files, or begins another.
     *
     * @param buckets just opened.
     * @param quotas just opened.
     * @param bootId of the machine's present boot, as {@link #bootId()} has it; if empty nothing is ever resumed.
     * @return the node's incarnation.
     * @throws TableException if a file knows as many incarnations as it can, all of them in use.
     */
    public static NodeIncarnation open(final BucketTable buckets, final QuotaTable quotas, final String bootId) {
        final TableIncarnations first = buckets.incarnations();
        final TableIncarnations second = quotas.incarnations();
        final long firstBound = boundTo(buckets.file(), bootId);
        final long secondBound = boundTo(quotas.file(), bootId);
        final boolean resumed = !bootId.isEmpty()
                && first.ownId() == second.ownId()
                && first.boundTo() == firstBound
                && second.boundTo() == secondBound;
        final NodeIncarnation incarnation = new NodeIncarnation(first, second, resumed);
        if (!resumed) {
            incarnation.renew();
            first.bindTo(firstBound);
            second.bindTo(secondBound);
        }
        return incarnation;
    }

    /** The id of the machine's present boot, or an empty string where the system does not tell. */
    public static String bootId() {
        try {
            return Files.readString(BOOT_ID, StandardCharsets.US_ASCII).strip();
        } catch (final IOException e) {
            return "";
        }
    }

    /** True if the process went on with what the files held as its own. */
    public boolean isResumed() {
        return resumed;
    }

    /** Id of the present incarnation, never 0. */
    public long id() {
        return buckets.ownId();
    }

    /**
     * Begins another incarnation at run time: somebody has heard more of this one than it knows itself.
     *
     * @return its id.
     * @throws TableException if a file knows as many incarnations as it can, all of them in use.
     */
    public long renew() {
        long id = RANDOM.nextLong();
        while (id == 0 || buckets.knows(id) || quotas.knows(id)) {
            id = RANDOM.nextLong();
        }
        // Ids that differ are not resumed: a kill between the two begins again.
        buckets.renew(id);
        quotas.renew(id);
        return id;
    }

    /**
     * Drops what an incarnation counted from all buckets: everybody has joined all of it and will hear no more of it.
     * Rows of quotas keep it until their cycle is released.
     *
     * @param incarnationId any but the present one's.
     * @return true if neither table knows it any more.
     * @throws IllegalArgumentException if it is the present one.
     */
    public boolean retire(final long incarnationId) {
        if (incarnationId == id()) {
            throw new IllegalArgumentException("incarnation 0x" + Long.toHexString(incarnationId)
                    + " is this node's own, expected one that is superseded");
        }
        buckets.drop(incarnationId);
        final boolean gone = buckets.releaseIfUnused(incarnationId);
        return quotas.releaseIfUnused(incarnationId) && gone;
    }

    /** What a table's file is bound to, never 0. Of a table in memory: the boot alone. */
    private static long boundTo(final Path file, final String bootId) {
        final String bound = bootId
                + '/'
                + place(file.toAbsolutePath().getParent())
                + '/'
                + place(file)
                + '/'
                + TableHeaderDescriptor.LAYOUT_VERSION;
        final byte[] bytes = bound.getBytes(StandardCharsets.UTF_8);
        final SipHash128 sip = new SipHash128();
        sip.begin(TableHeaderDescriptor.MAGIC, bytes.length);
        sip.resume(sip.state(), 0, new UnsafeBuffer(bytes), 0, bytes.length);
        return sip.high() | 1;
    }

    private static String place(final Path path) {
        try {
            final Map<String, Object> attributes = Files.readAttributes(path, "unix:dev,ino");
            return attributes.get("dev") + ":" + attributes.get("ino");
        } catch (final IOException | UnsupportedOperationException | IllegalArgumentException e) {
            return "none";
        }
    }
}
