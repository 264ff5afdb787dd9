package openclaw.edge.billing.finalize;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import openclaw.edge.billing.invoice.FinalFolder;
import openclaw.edge.billing.store.Document;

/**
 * Puts documents from the store into files: each is written aside, forced to disk and moved into place, manifests last. Files
 * that hold the right bytes are left alone.
 */
final class InvoiceFiles {
    private static final String ASIDE = ".writing";
    private static final AtomicLong NEXT = new AtomicLong();

    private final Path folder;
    private final Steps steps;

    /** Told before each change of a file: a seam, by which tests end a run there. */
    interface Steps {
        void before(String step) throws IOException;
    }

    InvoiceFiles(Path folder, Steps steps) {
        this.folder = folder;
        this.steps = steps;
    }

    /** Writes all; answers how many were not there with these bytes. */
    int write(List<Document> documents) throws IOException {
        int written = 0;
        Set<Path> folders = new TreeSet<>();
        documents.forEach(
                document -> folders.add(folder.resolve(document.name()).getParent()));
        for (Path each : folders) {
            sweep(each);
        }
        for (boolean manifests : new boolean[] {false, true}) {
            for (Document document : documents) {
                if (document.name().endsWith(FinalFolder.MANIFEST) == manifests && write(document)) {
                    written++;
                }
            }
        }
        return written;
    }

    /** Removes what processes left behind that were killed while they wrote. */
    private static void sweep(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return;
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, ".*" + ASIDE)) {
            for (Path file : files) {
                String name = file.getFileName().toString();
                String pid = name.substring(0, name.length() - ASIDE.length());
                pid = pid.substring(pid.lastIndexOf('.') + 1);
                if (pid.matches("[0-9]{1,18}")
                        && ProcessHandle.of(Long.parseLong(pid)).isEmpty()) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }

    private boolean write(Document document) throws IOException {
        return write(document.name(), document.bytes());
    }

    /** Writes one file; whether it was not there with these bytes. */
    boolean write(String name, byte[] bytes) throws IOException {
        Path file = folder.resolve(name);
        if (isThere(file, bytes)) {
            return false;
        }
        steps.before("make the folder of " + name);
        Files.createDirectories(file.getParent());
        // The leading dot keeps clear of tenants: no tenant's id begins with one.
        Path aside = file.resolveSibling("." + file.getFileName() + "-" + NEXT.incrementAndGet() + "."
                + ProcessHandle.current().pid() + ASIDE);
        try {
            steps.before("write " + name);
            try (FileChannel channel = FileChannel.open(
                    aside, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
                ByteBuffer buffer = ByteBuffer.wrap(bytes);
                while (buffer.hasRemaining()) {
                    channel.write(buffer);
                }
                channel.force(true);
            }
            steps.before("move " + name);
            Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(aside);
        }
        return true;
    }

    private static boolean isThere(Path file, byte[] bytes) throws IOException {
        try {
            return Files.size(file) == bytes.length && Arrays.equals(Files.readAllBytes(file), bytes);
        } catch (NoSuchFileException e) {
            return false;
        }
    }
}
