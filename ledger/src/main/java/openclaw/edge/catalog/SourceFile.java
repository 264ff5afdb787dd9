package openclaw.edge.catalog;

/** One file that a catalog was read from. */
public final class SourceFile {
    private final String name;
    private final byte[] bytes;
    private final String sha256;

    SourceFile(String name, byte[] bytes) {
        this.name = name;
        this.bytes = bytes.clone();
        this.sha256 = Sha256.hex(bytes);
    }

    /** The file as the user named it. */
    public String name() {
        return name;
    }

    /** A copy of its content. */
    public byte[] bytes() {
        return bytes.clone();
    }

    /** SHA-256 of its content, 64 lower-case hexadecimal digits. */
    public String sha256() {
        return sha256;
    }
}
