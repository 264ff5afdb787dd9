package openclaw.edge.ledger.retain;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Pattern;
import openclaw.edge.ledger.lane.DurableDisk;

/**
 * The readers that are registered with a journal, a file each in its folder {@code readers}. As long as there is none nothing
 * is deleted; after that only what all of them have committed. Several processes may use it at the same time; what a call
 * changed has survived when it returns.
 *
 * <pre>
 *   edge-journal-reader 1
 *   name billing
 *   registered 2026-11-01T00:00:00Z
 *   committed 2026-12-03T09:00:00Z 123456 2026-11     when, how many records were new, what
 *   lane LIFE NUMBER 1-500,502
 *   crc32c 1a2b3c4d
 * </pre>
 */
public final class Readers {
    private static final String KIND = "edge-journal-reader 1";
    private static final String SUFFIX = ".reader";
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
    private static final long NS_PER_SECOND = 1_000_000_000L;

    private static final ReentrantLock WITHIN = new ReentrantLock();

    private final Path journal;
    private final Path directory;

    /**
     * The readers of a journal.
     *
     * @param journal its directory, {@code <data>/journal} of a node
     */
    public Readers(final Path journal) {
        this.journal = journal;
        this.directory = journal.resolve("readers");
    }

    /**
     * Registers a reader that has committed nothing: from now on nothing is deleted that it has not committed.
     *
     * @param name 1 to 64 letters, digits, dots, underscores and hyphens, no dot first
     * @param nowNs cycle time
     * @return whether it was not registered before
     * @throws IOException when the journal is not there, or the disk refuses it
     * @throws IllegalArgumentException when the name is anything else
     */
    public boolean register(final String name, final long nowNs) throws IOException {
        final Path file = file(name);
        if (!Files.isDirectory(journal)) {
            throw new NoSuchFileException(
                    journal.toString(), null, "no such journal directory; expected <data>/journal of a node");
        }
        Files.createDirectories(directory);
        DurableDisk.REAL.forceDirectory(journal);
        return alone(() -> {
            if (Files.exists(file)) {
                read(file);
                return false;
            }
            write(new Reader(name, nowNs, null, new Position()));
            return true;
        });
    }

    /**
     * Adds to what a reader has committed. The reader keeps what it made of the records in some other place first.
     *
     * @param name of a registered reader
     * @param done records that it is done with; may name records that this journal never had
     * @param what was committed, for people; one line
     * @param nowNs cycle time
     * @return the reader as it is now
     * @throws NoSuchFileException when it is not registered
     * @throws IOException when its file is not whole, or the disk refuses it
     */
    public Reader commit(final String name, final Position done, final String what, final long nowNs)
            throws IOException {
        final Path file = file(name);
        if (!Files.exists(file)) {
            throw new NoSuchFileException(
                    file.toString(), null, "no reader '" + name + "' is registered with " + journal);
        }
        return alone(() -> {
            final Reader before = read(file);
            final Position all = new Position();
            all.addAll(before.position());
            all.addAll(done);
            final long added = all.records() - before.position().records();
            final Reader.Commit commit = new Reader.Commit(oneLine(what), nowNs, added);
            final Reader after = new Reader(name, before.registeredNs(), commit, all);
            write(after);
            return after;
        });
    }

    /**
     * All registered readers.
     *
     * @return sorted by name
     * @throws IOException when one of their files is not whole, or cannot be read: nothing may be deleted then
     */
    public List<Reader> list() throws IOException {
        final List<Reader> readers = new ArrayList<>();
        if (Files.isDirectory(directory)) {
            try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*" + SUFFIX)) {
                for (final Path file : files) {
                    readers.add(read(file));
                }
            }
        }
        readers.sort(Comparator.comparing(Reader::name));
        return readers;
    }

    /**
     * Removes a reader; what it has not committed keeps no file any more.
     *
     * @param name of the reader
     * @return whether it was registered
     * @throws IOException when the disk refuses it
     */
    public boolean remove(final String name) throws IOException {
        final Path file = file(name);
        if (!Files.isDirectory(directory)) {
            return false;
        }
        return alone(() -> {
            final boolean was = Files.deleteIfExists(file);
            DurableDisk.REAL.forceDirectory(directory);
            return was;
        });
    }

    private Path file(final String name) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("reader '" + name
                    + "': expected 1 to 64 letters, digits, dots, underscores and hyphens, no dot first");
        }
        return directory.resolve(name + SUFFIX);
    }

    private static String oneLine(final String text) {
        return text.replaceAll("\\p{Cntrl}", " ");
    }

    private void write(final Reader reader) throws IOException {
        final List<String> lines = new ArrayList<>();
        lines.add("name " + reader.name());
        lines.add("registered " + instant(reader.registeredNs()));
        if (reader.lastCommit() != null) {
            final Reader.Commit commit = reader.lastCommit();
            lines.add("committed " + instant(commit.timeNs()) + ' ' + commit.records() + ' ' + commit.what());
        }
        lines.addAll(reader.position().lines());
        CheckedText.write(file(reader.name()), KIND, lines);
    }

    private static Reader read(final Path file) throws IOException {
        final Parser parser = new Parser();
        CheckedText.read(file, KIND, parser::take);
        return new Reader(parser.name, parser.registeredNs, parser.commit, parser.position);
    }

    /** Takes the lines of one reader. */
    private static final class Parser {
        private final Position position = new Position();
        private String name = "";
        private long registeredNs;
        private Reader.Commit commit;

        void take(final String line) {
            final String[] words = line.split(" ", 4);
            switch (words[0]) {
                case "name" -> name = words[1];
                case "registered" -> registeredNs = ns(words[1]);
                case "committed" ->
                    commit =
                            new Reader.Commit(words.length > 3 ? words[3] : "", ns(words[1]), Long.parseLong(words[2]));
                default -> position.addLine(line);
            }
        }
    }

    private static Instant instant(final long ns) {
        return Instant.ofEpochSecond(Math.floorDiv(ns, NS_PER_SECOND), Math.floorMod(ns, NS_PER_SECOND));
    }

    private static long ns(final String text) {
        try {
            final Instant instant = Instant.parse(text);
            return Math.addExact(Math.multiplyExact(instant.getEpochSecond(), NS_PER_SECOND), (long) instant.getNano());
        } catch (final DateTimeException e) {
            throw new IllegalArgumentException("'" + text + "': expected an instant", e);
        }
    }

    /** Something done with the readers. */
    interface Change<T> {
        T make() throws IOException;
    }

    /**
     * Does something while nobody is registered, removed, or commits: what {@link #list} says stays true until it has returned.
     *
     * @param act may list readers
     * @return its result
     * @throws IOException when there has never been a reader, or it is thrown by the act
     */
    <T> T holding(final Change<T> act) throws IOException {
        return alone(act);
    }

    /** Makes a change while no other thread or process makes one. */
    private <T> T alone(final Change<T> change) throws IOException {
        // A file's lock is the process's; two threads of one would be refused.
        WITHIN.lock();
        try (FileChannel channel =
                FileChannel.open(directory.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            channel.lock();
            return change.make();
        } finally {
            WITHIN.unlock();
        }
    }
}
