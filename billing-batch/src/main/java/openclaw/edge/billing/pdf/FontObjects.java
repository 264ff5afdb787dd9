package openclaw.edge.billing.pdf;

import java.io.IOException;
import org.apache.pdfbox.cos.COSArray;
import org.apache.pdfbox.cos.COSBase;
import org.apache.pdfbox.cos.COSDictionary;
import org.apache.pdfbox.cos.COSDocument;
import org.apache.pdfbox.cos.COSInteger;
import org.apache.pdfbox.cos.COSName;
import org.apache.pdfbox.cos.COSStream;
import org.apache.pdfbox.cos.COSString;

/** An embedded subset as PDF objects: a composite font whose codes are the subset's glyphs (ISO 32000-1, 9.7). */
final class FontObjects {
    private static final int NONSYMBOLIC = 1 << 5;
    private static final int STEM_WIDTH = 80;

    private FontObjects() {}

    static COSDictionary font(COSDocument document, Typeface typeface, FontSubset subset) throws IOException {
        COSDictionary font = new COSDictionary();
        font.setItem(COSName.TYPE, COSName.FONT);
        font.setItem(COSName.SUBTYPE, COSName.TYPE0);
        font.setName(COSName.BASE_FONT, subset.name());
        font.setItem(COSName.ENCODING, COSName.IDENTITY_H);
        font.setItem(COSName.DESCENDANT_FONTS, array(glyphFont(document, typeface, subset)));
        font.setItem(COSName.TO_UNICODE, SheetPrinter.stream(document, subset.toUnicode()));
        return font;
    }

    private static COSDictionary glyphFont(COSDocument document, Typeface typeface, FontSubset subset)
            throws IOException {
        COSDictionary system = new COSDictionary();
        system.setItem(COSName.REGISTRY, new COSString("Adobe"));
        system.setItem(COSName.ORDERING, new COSString("Identity"));
        system.setInt(COSName.SUPPLEMENT, 0);
        COSDictionary font = new COSDictionary();
        font.setItem(COSName.TYPE, COSName.FONT);
        font.setItem(COSName.SUBTYPE, COSName.CID_FONT_TYPE2);
        font.setName(COSName.BASE_FONT, subset.name());
        font.setItem(COSName.CIDSYSTEMINFO, system);
        font.setItem(COSName.FONT_DESC, descriptor(document, typeface, subset));
        COSArray widths = new COSArray();
        for (int advance : subset.advances()) {
            widths.add(COSInteger.get(advance));
        }
        font.setItem(COSName.W, array(COSInteger.get(0), widths));
        font.setItem(COSName.CID_TO_GID_MAP, COSName.IDENTITY);
        return font;
    }

    private static COSDictionary descriptor(COSDocument document, Typeface typeface, FontSubset subset)
            throws IOException {
        COSDictionary descriptor = new COSDictionary();
        descriptor.setItem(COSName.TYPE, COSName.FONT_DESC);
        descriptor.setName(COSName.FONT_NAME, subset.name());
        descriptor.setInt(COSName.FLAGS, NONSYMBOLIC);
        COSArray box = new COSArray();
        typeface.box().forEach(edge -> box.add(COSInteger.get(edge)));
        descriptor.setItem(COSName.FONT_BBOX, box);
        descriptor.setInt(COSName.ITALIC_ANGLE, 0);
        descriptor.setInt(COSName.ASCENT, typeface.ascent());
        descriptor.setInt(COSName.DESCENT, typeface.descent());
        descriptor.setInt(COSName.CAP_HEIGHT, typeface.capHeight());
        descriptor.setInt(COSName.STEM_V, STEM_WIDTH);
        COSStream file = SheetPrinter.stream(document, subset.file());
        file.setInt(COSName.LENGTH1, subset.file().length);
        descriptor.setItem(COSName.FONT_FILE2, file);
        return descriptor;
    }

    private static COSArray array(COSBase... elements) {
        COSArray array = new COSArray();
        for (COSBase element : elements) {
            array.add(element);
        }
        return array;
    }
}
