package openclaw.edge.sync;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;

/**
 * Whom a node counts, in a text file that is replaced as a whole: one line for each, weight, D (divides) or -, C (counts)
 * or -, address or -, and the name to the end of the line. Of who is known by an address alone, where nobody was heard, the
 * weight is followed by L (in this node's own list) or T (others tell of it). A file that is not whole counts as none.
 */
final class MemberFile implements MemberStore {

    private static final String HEADER = "members 1";
    private static final String NONE = "-";
    private static final String LISTED = "L";
    private static final String TOLD = "T";
    private static final int FIELDS = 5;

    private final Path file;
    private final SyncCounters counters;

    /** Which file this process wrote last, and how long it is; null before it has written one. */
    private Object keptKey;

    private long keptBytes;
    private String unread;

    MemberFile(final Path file, final SyncCounters counters) {
        this.file = file;
        this.counters = counters;
    }

    @Override
    public List<Saved> load() {
        unread = null;
        if (!Files.exists(file)) {
            return List.of();
        }
        try {
            final List<String> lines = Files.readAllLines(file, StandardCharsets.UTF_8);
            if (lines.isEmpty()
                    || !lines.get(0).equals(HEADER)
                    || !lines.get(lines.size() - 1).isEmpty()) {
                throw new IOException(
                        "not whole, expected '" + HEADER + "', a line for each member, and an empty line");
            }
            final List<Saved> members = new ArrayList<>();
            for (final String line : lines.subList(1, lines.size() - 1)) {
                members.add(parse(line));
            }
            return members;
        } catch (final IOException | RuntimeException e) {
            counters.add(SyncCounter.MEMBERS_FILE_FAILED, 1);
            unread = e instanceof IOException ? e.getMessage() : e.toString();
            return List.of();
        }
    }

    @Override
    public String unread() {
        return unread;
    }

    private static Saved parse(final String line) throws IOException {
        final String[] fields = line.split(" ", FIELDS);
        if (fields.length < FIELDS || fields[FIELDS - 1].isEmpty()) {
            throw new IOException("line '" + line + "', expected weight, D or -, C or -, address and name");
        }
        InetSocketAddress address = null;
        if (!fields[3].equals(NONE)) {
            final HostPort at = HostPort.parse(fields[3]);
            final InetAddress literal = at.literal();
            address = literal == null ? null : new InetSocketAddress(literal, at.port());
        }
        final Kind kind = fields[0].endsWith(LISTED) ? Kind.LISTED : fields[0].endsWith(TOLD) ? Kind.TOLD : Kind.NAMED;
        final String weight = kind == Kind.NAMED ? fields[0] : fields[0].substring(0, fields[0].length() - 1);
        return new Saved(
                kind, fields[4], address, Integer.parseInt(weight), !fields[1].equals(NONE), !fields[2].equals(NONE));
    }

    private static String letter(final Kind kind) {
        return switch (kind) {
            case NAMED -> "";
            case LISTED -> LISTED;
            case TOLD -> TOLD;
        };
    }

    @Override
    public String save(final List<Saved> members) {
        final StringBuilder text = new StringBuilder(HEADER).append('\n');
        for (final Saved each : members) {
            text.append(each.weight())
                    .append(letter(each.kind()))
                    .append(each.divides() ? " D" : " -")
                    .append(each.counts() ? " C " : " - ")
                    .append(address(each.address()))
                    .append(' ')
                    .append(each.name())
                    .append('\n');
        }
        final Path written = file.resolveSibling(file.getFileName() + ".new");
        try {
            // The empty last line says that it is whole.
            Files.writeString(written, text.append("\n"), StandardCharsets.UTF_8);
            final BasicFileAttributes attributes = Files.readAttributes(written, BasicFileAttributes.class);
            Files.move(written, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            keptKey = attributes.fileKey();
            keptBytes = attributes.size();
            return null;
        } catch (final IOException e) {
            counters.add(SyncCounter.MEMBERS_FILE_FAILED, 1);
            return e.toString();
        }
    }

    @Override
    public boolean isGone() {
        if (keptKey == null) {
            return false;
        }
        try {
            final BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return !keptKey.equals(attributes.fileKey()) || keptBytes != attributes.size();
        } catch (final IOException e) {
            return true;
        }
    }

    private static String address(final InetSocketAddress address) {
        return address == null || address.isUnresolved()
                ? NONE
                : new HostPort(address.getAddress().getHostAddress(), address.getPort()).toString();
    }
}
