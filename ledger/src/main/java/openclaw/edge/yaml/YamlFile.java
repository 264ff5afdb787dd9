package openclaw.edge.yaml;

import java.nio.file.Path;

/** A file that was read, once: its bytes and its nodes belong together. */
public final class YamlFile {
    private final String name;
    private final Path directory;
    private final byte[] bytes;
    private final YamlMap root;

    YamlFile(String name, Path directory, byte[] bytes, YamlMap root) {
        this.name = name;
        this.directory = directory;
        this.bytes = bytes.clone();
        this.root = root;
    }

    /** The file as the user named it. */
    public String name() {
        return name;
    }

    /** What relative paths in the file are relative to. */
    public Path directory() {
        return directory;
    }

    /** A copy of the content. */
    public byte[] bytes() {
        return bytes.clone();
    }

    /** The top level; empty when the file was unreadable (then a problem says so) or holds nothing. */
    public YamlMap root() {
        return root;
    }
}
