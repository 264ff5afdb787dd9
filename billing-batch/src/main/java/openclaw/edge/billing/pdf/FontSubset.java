package openclaw.edge.billing.pdf;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import openclaw.edge.catalog.Sha256;
import org.apache.fontbox.ttf.TTFSubsetter;
import org.apache.fontbox.ttf.TrueTypeFont;

/**
 * Some characters of the typeface as a font file of its own, with the tables that a PDF needs to show and to search them. A pure
 * function of its characters; immutable.
 */
final class FontSubset {
    /** What a TrueType font embedded with glyph numbers needs (ISO 32000-1, 9.9). */
    private static final List<String> TABLES =
            List.of("head", "hhea", "loca", "maxp", "cvt ", "prep", "glyf", "hmtx", "fpgm", "gasp");

    private static final int TAG_LETTERS = 6;
    private static final int MAX_MAPPINGS = 100;

    private final byte[] file;
    private final byte[] toUnicode;
    private final int[] glyphs;
    private final int[] advances;
    private final String name;

    private FontSubset(byte[] file, byte[] toUnicode, int[] glyphs, int[] advances, String name) {
        this.file = file;
        this.toUnicode = toUnicode;
        this.glyphs = glyphs;
        this.advances = advances;
        this.name = name;
    }

    static FontSubset of(Typeface typeface, TrueTypeFont font, SortedSet<Integer> codePoints) throws IOException {
        TTFSubsetter subsetter = new TTFSubsetter(font, TABLES);
        StringBuilder characters = new StringBuilder();
        for (int codePoint : codePoints) {
            subsetter.add(codePoint);
            characters.appendCodePoint(codePoint);
        }
        Map<Integer, Integer> newByOld = new HashMap<>();
        subsetter.getGIDMap().forEach((renumbered, old) -> newByOld.put(old, renumbered));
        int[] advances = new int[newByOld.size()];
        newByOld.forEach((old, renumbered) -> advances[renumbered] = typeface.advance(old));
        int[] glyphs = new int[codePoints.last() + 1];
        SortedMap<Integer, Integer> codePointByGlyph = new TreeMap<>();
        for (int codePoint : codePoints) {
            int glyph = newByOld.get(typeface.glyph(codePoint));
            glyphs[codePoint] = glyph;
            codePointByGlyph.putIfAbsent(glyph, codePoint);
        }
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        subsetter.writeToStream(file);
        String tag = tag(Sha256.hex(characters.toString().getBytes(StandardCharsets.UTF_8)));
        return new FontSubset(
                file.toByteArray(), toUnicode(codePointByGlyph), glyphs, advances, tag + "+LiberationSans");
    }

    /** Six capital letters that differ between subsets. */
    private static String tag(String hash) {
        StringBuilder tag = new StringBuilder();
        for (int i = 0; i < TAG_LETTERS; i++) {
            tag.append((char) ('A' + Character.digit(hash.charAt(i), 16)));
        }
        return tag.toString();
    }

    /** From glyphs to characters, for those who search and copy (ISO 32000-1, 9.10.3). */
    private static byte[] toUnicode(SortedMap<Integer, Integer> codePointByGlyph) {
        StringBuilder map = new StringBuilder("""
                /CIDInit /ProcSet findresource begin
                12 dict begin
                begincmap
                /CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def
                /CMapName /Adobe-Identity-UCS def
                /CMapType 2 def
                1 begincodespacerange
                <0000> <FFFF>
                endcodespacerange
                """);
        int left = codePointByGlyph.size();
        int inBlock = 0;
        for (Map.Entry<Integer, Integer> entry : codePointByGlyph.entrySet()) {
            if (inBlock == 0) {
                inBlock = Math.min(left, MAX_MAPPINGS);
                map.append(inBlock).append(" beginbfchar\n");
            }
            map.append('<').append(hex(entry.getKey())).append("> <");
            map.append(hex(entry.getValue())).append(">\n");
            left--;
            if (--inBlock == 0) {
                map.append("endbfchar\n");
            }
        }
        map.append("endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n");
        return map.toString().getBytes(StandardCharsets.US_ASCII);
    }

    private static String hex(int value) {
        return String.format("%04X", value);
    }

    /** The font file; not to be changed. */
    byte[] file() {
        return file;
    }

    /** The mapping to Unicode; not to be changed. */
    byte[] toUnicode() {
        return toUnicode;
    }

    /** The glyph of one of its characters, counted within this subset. */
    int glyph(int codePoint) {
        return glyphs[codePoint];
    }

    /** How far each glyph advances, by its number; not to be changed. */
    int[] advances() {
        return advances;
    }

    /** The font's name with the tag of a subset. */
    String name() {
        return name;
    }
}
