package openclaw.edge.ledger.journal;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.DoubleSupplier;

/**
 * A disk that knows what was forced, and can make of a directory what a loss of power would: of each file the content of its
 * last force, and of what was stored since any part that fate chooses, sector by sector; of names only those whose directory
 * was forced, and of the others those that fate chooses.
 */
final class PowerCut implements JournalDisk {
    private static final int SECTOR = 512;

    /** Longer than any file's content in these tests; the rest are zeros that the queue asked for ahead. */
    private static final int MAX_CONTENT = 1 << 20;

    /** Offset of the boot id in a lane's header. */
    private static final int BOOT_OFFSET = 72;

    private final Map<Path, byte[]> forced = new HashMap<>();
    private final Set<Path> named = new HashSet<>();
    int forces;
    /** Forces that fail from now on. */
    int failures;

    @Override
    public void force(final Path file) throws IOException {
        if (failures > 0) {
            failures--;
            throw new IOException("Input/output error");
        }
        forces++;
        forced.put(file.toAbsolutePath(), content(file));
    }

    @Override
    public void forceDirectory(final Path directory) throws IOException {
        try (var paths = Files.list(directory)) {
            paths.forEach(path -> named.add(path.toAbsolutePath()));
        }
    }

    private static byte[] content(final Path file) throws IOException {
        try (RandomAccessFile from = new RandomAccessFile(file.toFile(), "r")) {
            final byte[] bytes = new byte[(int) Math.min(from.length(), MAX_CONTENT)];
            from.readFully(bytes);
            if (from.length() > MAX_CONTENT && bytes[MAX_CONTENT - 1] != 0) {
                throw new IOException(file + " has more content than the test keeps");
            }
            return bytes;
        }
    }

    /**
     * Writes what is left.
     *
     * @param data the directory as it is
     * @param to a new directory
     * @param kept share of what was not forced that the disk has all the same; drawn for each file
     */
    void cut(final Path data, final Path to, final Random random, final DoubleSupplier kept) throws IOException {
        try (var paths = Files.walk(data)) {
            for (final Path path : paths.filter(Files::isRegularFile).sorted().toList()) {
                final double share = kept.getAsDouble();
                final byte[] before = forced.get(path.toAbsolutePath());
                final boolean isNamed = named.contains(path.toAbsolutePath()) && before != null;
                if (!isNamed && random.nextDouble() >= share) {
                    continue;
                }
                final Path target = to.resolve(data.relativize(path));
                Files.createDirectories(target.getParent());
                write(target, left(before, content(path), random, share), Math.min(Files.size(path), MAX_CONTENT));
            }
        }
    }

    private static byte[] left(final byte[] before, final byte[] now, final Random random, final double share) {
        final byte[] left = before == null ? new byte[now.length] : Arrays.copyOf(before, now.length);
        for (int at = 0; at < now.length; at += SECTOR) {
            if (random.nextDouble() < share) {
                System.arraycopy(now, at, left, at, Math.min(SECTOR, now.length - at));
            }
        }
        return left;
    }

    private static void write(final Path target, final byte[] content, final long length) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(target.toFile(), "rw")) {
            file.write(content);
            file.setLength(length);
            if (target.getFileName().toString().startsWith("lane-") && content.length > BOOT_OFFSET) {
                // The machine started anew: the lanes are of another boot.
                file.seek(BOOT_OFFSET);
                file.writeLong(0x1234);
                file.writeLong(0x5678);
            }
        }
    }
}
