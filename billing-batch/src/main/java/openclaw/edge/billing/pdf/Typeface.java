package openclaw.edge.billing.pdf;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.fontbox.ttf.CmapLookup;
import org.apache.fontbox.ttf.HeaderTable;
import org.apache.fontbox.ttf.HorizontalHeaderTable;
import org.apache.fontbox.ttf.TTFParser;
import org.apache.fontbox.ttf.TrueTypeFont;
import org.apache.pdfbox.io.RandomAccessReadBuffer;
import org.apache.pdfbox.pdmodel.PDDocument;

/**
 * The one typeface: Liberation Sans, which the PDF library carries (SIL Open Font License, may be embedded). It has Latin,
 * Greek, Cyrillic and Hebrew. Thread-safe.
 */
final class Typeface {
    /** PDF measures glyphs in thousandths of the font's size. */
    static final int UNITS = 1000;

    private static final String FILE = "/org/apache/pdfbox/resources/ttf/LiberationSans-Regular.ttf";
    private static final int CODE_POINTS = 0x10000;
    private static final int MAX_SUBSETS = 256;

    private final byte[] file;
    private final short[] glyphs = new short[CODE_POINTS];
    private final int[] advances;
    private final int unitsPerEm;
    private final List<Integer> box;
    private final int ascent;
    private final int descent;
    private final int capHeight;
    private final ConcurrentLinkedQueue<TrueTypeFont> idle = new ConcurrentLinkedQueue<>();
    private final Map<SortedSet<Integer>, FontSubset> subsets = new ConcurrentHashMap<>();

    private Typeface(byte[] file) throws IOException {
        this.file = file;
        TrueTypeFont font = parse();
        unitsPerEm = font.getUnitsPerEm();
        CmapLookup lookup = font.getUnicodeCmapLookup();
        for (int codePoint = 0; codePoint < CODE_POINTS; codePoint++) {
            glyphs[codePoint] = (short) lookup.getGlyphId(codePoint);
        }
        advances = new int[font.getNumberOfGlyphs()];
        for (int glyph = 0; glyph < advances.length; glyph++) {
            advances[glyph] = scaled(font.getAdvanceWidth(glyph));
        }
        HeaderTable head = font.getHeader();
        box = List.of(scaled(head.getXMin()), scaled(head.getYMin()), scaled(head.getXMax()), scaled(head.getYMax()));
        HorizontalHeaderTable lines = font.getHorizontalHeader();
        ascent = scaled(lines.getAscender());
        descent = scaled(lines.getDescender());
        capHeight = scaled(font.getOS2Windows().getCapHeight());
        idle.add(font);
    }

    /** Reads the typeface; some ten milliseconds. */
    static Typeface load() {
        try (InputStream in = PDDocument.class.getResourceAsStream(FILE)) {
            if (in == null) {
                throw new IllegalStateException("the PDF library has no " + FILE);
            }
            return new Typeface(in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the typeface " + FILE, e);
        }
    }

    private TrueTypeFont parse() throws IOException {
        return new TTFParser().parse(new RandomAccessReadBuffer(file));
    }

    private int scaled(int fontUnits) {
        return Math.floorDiv(fontUnits * UNITS + unitsPerEm / 2, unitsPerEm);
    }

    /** The glyph of a code point; 0 when there is none. */
    int glyph(int codePoint) {
        return codePoint < CODE_POINTS ? glyphs[codePoint] & 0xFFFF : 0;
    }

    /** How far a glyph advances, in {@link #UNITS} of the size. */
    int advance(int glyph) {
        return advances[glyph];
    }

    /** Bounds of all glyphs: left, bottom, right, top, in {@link #UNITS}. */
    List<Integer> box() {
        return box;
    }

    int ascent() {
        return ascent;
    }

    int descent() {
        return descent;
    }

    int capHeight() {
        return capHeight;
    }

    /** The subset with the characters of some code points, each of which has a glyph. */
    FontSubset subset(SortedSet<Integer> codePoints) {
        FontSubset known = subsets.get(codePoints);
        if (known != null) {
            return known;
        }
        try {
            TrueTypeFont font = idle.poll();
            font = font == null ? parse() : font;
            FontSubset made = FontSubset.of(this, font, codePoints);
            idle.add(font);
            // Which ones are kept changes nothing but the time that the next one takes.
            if (subsets.size() < MAX_SUBSETS) {
                subsets.put(Collections.unmodifiableSortedSet(codePoints), made);
            }
            return made;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot take " + codePoints.size() + " characters of the typeface", e);
        }
    }
}
