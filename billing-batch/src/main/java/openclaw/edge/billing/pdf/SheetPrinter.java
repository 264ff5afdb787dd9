package openclaw.edge.billing.pdf;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.zip.CRC32;
import org.apache.pdfbox.cos.COSBoolean;
import org.apache.pdfbox.cos.COSDictionary;
import org.apache.pdfbox.cos.COSDocument;
import org.apache.pdfbox.cos.COSName;
import org.apache.pdfbox.cos.COSStream;
import org.apache.pdfbox.pdfwriter.compress.CompressParameters;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDDocumentInformation;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.PDResources;
import org.apache.pdfbox.pdmodel.common.PDRectangle;
import org.apache.pdfbox.pdmodel.common.PDStream;

/** Prints sheets. Make one and use it for all sheets of a run: it keeps what they share. Thread-safe. */
public final class SheetPrinter {
    private static final COSName FONT_NAME = COSName.getPDFName("F1");
    private static final String PRODUCER = "OpenClaw Edge";

    private final Typeface typeface = Typeface.load();

    /** With the typeface read, which takes some ten milliseconds. */
    public SheetPrinter() {}

    /** A printed sheet. */
    public static final class Printed {
        private final byte[] bytes;
        private final SortedMap<Integer, Integer> missing;

        private Printed(byte[] bytes, SortedMap<Integer, Integer> missing) {
            this.bytes = bytes;
            this.missing = missing;
        }

        /** The PDF file; not copied. */
        public byte[] bytes() {
            return bytes;
        }

        /** Code points that the typeface does not have, each with the number of boxes that stand for it. */
        public SortedMap<Integer, Integer> missing() {
            return missing;
        }
    }

    /** Prints a sheet: a pure function of it. */
    public Printed print(Sheet sheet) {
        return print(sheet, null);
    }

    /**
     * Prints a sheet as PDF/A-3b with a file in it: a pure function of both.
     *
     * @param enclosure null for none, and then a PDF that claims nothing
     */
    public Printed print(Sheet sheet, Enclosure enclosure) {
        Characters characters = new Characters(typeface);
        List<Page> pages = new SheetLayout(sheet, characters).pages();
        FontSubset font = typeface.subset(characters.used());
        List<byte[]> contents = new ArrayList<>(pages.size());
        pages.forEach(page -> contents.add(page.content(font)));
        try {
            return new Printed(file(sheet, enclosure, font, contents), characters.missing());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot print " + sheet.number(), e);
        }
    }

    private byte[] file(Sheet sheet, Enclosure enclosure, FontSubset font, List<byte[]> contents) throws IOException {
        try (PDDocument document = new PDDocument()) {
            COSDictionary fonts = new COSDictionary();
            fonts.setItem(FONT_NAME, FontObjects.font(document.getDocument(), typeface, font));
            COSDictionary resources = new COSDictionary();
            resources.setItem(COSName.FONT, fonts);
            CRC32 id = new CRC32();
            for (byte[] content : contents) {
                PDPage page = new PDPage(PDRectangle.A4);
                page.setResources(new PDResources(resources));
                page.setContents(new PDStream(stream(document.getDocument(), content)));
                document.addPage(page);
                id.update(content);
            }
            describe(document, sheet);
            if (enclosure != null) {
                Archival.add(document, enclosure);
                id.update(enclosure.bytes());
            }
            document.setDocumentId(id.getValue());
            ByteArrayOutputStream out = new ByteArrayOutputStream(font.file().length * 2);
            document.save(out, CompressParameters.NO_COMPRESSION);
            return out.toByteArray();
        }
    }

    private static void describe(PDDocument document, Sheet sheet) {
        PDDocumentInformation information = document.getDocumentInformation();
        information.setTitle(sheet.title() + " " + sheet.number());
        if (!sheet.seller().party().name().isEmpty()) {
            information.setAuthor(sheet.seller().party().name());
        }
        information.setProducer(PRODUCER);
        document.getDocumentCatalog().setLanguage("en");
        COSDictionary preferences = new COSDictionary();
        preferences.setItem(COSName.getPDFName("DisplayDocTitle"), COSBoolean.TRUE);
        document.getDocumentCatalog().getCOSObject().setItem(COSName.getPDFName("ViewerPreferences"), preferences);
    }

    /** As it is: compressors differ between Javas, and then so would the bytes. */
    static COSStream stream(COSDocument document, byte[] content) throws IOException {
        COSStream stream = document.createCOSStream();
        try (OutputStream out = stream.createRawOutputStream()) {
            out.write(content);
        }
        return stream;
    }
}
