package openclaw.edge.sync;

import java.nio.charset.StandardCharsets;

/** 64-bit hash of a node's name by which members speak of it; the same at all nodes. */
final class NameHash {

    private static final long FNV_OFFSET = 0xcbf29ce484222325L;
    private static final long FNV_PRIME = 0x100000001b3L;
    private static final long MIX = 0x9e3779b97f4a7c15L;

    private NameHash() {}

    /** Hash of a name, never 0 (FNV-1a over its UTF-8, mixed). */
    static long of(final String name) {
        long hash = FNV_OFFSET;
        for (final byte each : name.getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ (each & 0xff)) * FNV_PRIME;
        }
        return mix(hash);
    }

    /** Spreads the bits of a word, never to 0. */
    static long mix(final long word) {
        long mixed = word + MIX;
        mixed = (mixed ^ (mixed >>> 30)) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
        mixed ^= mixed >>> 31;
        return mixed == 0 ? 1 : mixed;
    }
}
