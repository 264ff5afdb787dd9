package openclaw.edge.billing.pdf;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.format.DateTimeFormatter;
import org.apache.pdfbox.cos.COSArray;
import org.apache.pdfbox.cos.COSDictionary;
import org.apache.pdfbox.cos.COSDocument;
import org.apache.pdfbox.cos.COSName;
import org.apache.pdfbox.cos.COSStream;
import org.apache.pdfbox.cos.COSString;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDDocumentInformation;

/** What makes a PDF a PDF/A-3b with an enclosed file: metadata, a colour profile, the file and the association with it. */
final class Archival {
    private static final String VERSION = "1.7";

    private Archival() {}

    /** Adds it all; the document's information is there already. */
    static void add(PDDocument document, Enclosure enclosure) throws IOException {
        COSDocument objects = document.getDocument();
        COSDictionary catalog = document.getDocumentCatalog().getCOSObject();
        catalog.setName(COSName.VERSION, VERSION);
        COSStream metadata = SheetPrinter.stream(
                objects, xmp(document.getDocumentInformation(), enclosure).getBytes(StandardCharsets.UTF_8));
        metadata.setItem(COSName.TYPE, COSName.METADATA);
        metadata.setName(COSName.SUBTYPE, "XML");
        catalog.setItem(COSName.METADATA, metadata);
        catalog.setItem(COSName.OUTPUT_INTENTS, array(outputIntent(objects)));
        COSDictionary file = file(objects, enclosure);
        catalog.setItem(COSName.getPDFName("AF"), array(file));
        COSArray names = new COSArray();
        names.add(new COSString(enclosure.name()));
        names.add(file);
        COSDictionary tree = new COSDictionary();
        tree.setItem(COSName.NAMES, names);
        COSDictionary byKind = new COSDictionary();
        byKind.setItem(COSName.getPDFName("EmbeddedFiles"), tree);
        catalog.setItem(COSName.NAMES, byKind);
    }

    /** The pages are grey, and this says which grey. */
    private static COSDictionary outputIntent(COSDocument objects) throws IOException {
        COSStream profile = SheetPrinter.stream(objects, GrayProfile.bytes());
        profile.setInt(COSName.N, 1);
        COSDictionary intent = new COSDictionary();
        intent.setItem(COSName.TYPE, COSName.getPDFName("OutputIntent"));
        intent.setItem(COSName.S, COSName.getPDFName("GTS_PDFA1"));
        intent.setString(COSName.getPDFName("OutputConditionIdentifier"), "Custom");
        intent.setString(COSName.getPDFName("Info"), GrayProfile.DESCRIPTION);
        intent.setItem(COSName.getPDFName("DestOutputProfile"), profile);
        return intent;
    }

    private static COSDictionary file(COSDocument objects, Enclosure enclosure) throws IOException {
        byte[] bytes = enclosure.bytes();
        COSStream content = SheetPrinter.stream(objects, bytes);
        content.setItem(COSName.TYPE, COSName.getPDFName("EmbeddedFile"));
        content.setName(COSName.SUBTYPE, enclosure.mediaType());
        COSDictionary params = new COSDictionary();
        params.setString(
                COSName.getPDFName("ModDate"),
                "D:" + enclosure.date().format(DateTimeFormatter.BASIC_ISO_DATE) + "000000Z");
        params.setInt(COSName.SIZE, bytes.length);
        content.setItem(COSName.PARAMS, params);
        COSDictionary embedded = new COSDictionary();
        embedded.setItem(COSName.F, content);
        embedded.setItem(COSName.UF, content);
        COSDictionary file = new COSDictionary();
        file.setItem(COSName.TYPE, COSName.FILESPEC);
        file.setString(COSName.F, enclosure.name());
        file.setString(COSName.UF, enclosure.name());
        file.setString(COSName.DESC, enclosure.description());
        file.setName(COSName.getPDFName("AFRelationship"), "Alternative");
        file.setItem(COSName.EF, embedded);
        return file;
    }

    private static COSArray array(COSDictionary only) {
        COSArray array = new COSArray();
        array.add(only);
        return array;
    }

    /** The same as the document's information says, as XMP (ISO 16684-1). */
    private static String xmp(PDDocumentInformation information, Enclosure enclosure) {
        StringBuilder xmp = new StringBuilder();
        xmp.append("<?xpacket begin=\"\uFEFF\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n");
        xmp.append("<x:xmpmeta xmlns:x=\"adobe:ns:meta/\">\n");
        xmp.append("<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\n");
        xmp.append("<rdf:Description rdf:about=\"\" xmlns:pdfaid=\"http://www.aiim.org/pdfa/ns/id/\">\n");
        xmp.append("<pdfaid:part>3</pdfaid:part>\n<pdfaid:conformance>B</pdfaid:conformance>\n</rdf:Description>\n");
        xmp.append("<rdf:Description rdf:about=\"\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\"");
        xmp.append(" xmlns:pdf=\"http://ns.adobe.com/pdf/1.3/\">\n");
        xmp.append("<dc:format>application/pdf</dc:format>\n<dc:title><rdf:Alt><rdf:li xml:lang=\"x-default\">");
        xmp.append(escaped(information.getTitle())).append("</rdf:li></rdf:Alt></dc:title>\n");
        if (information.getAuthor() != null) {
            xmp.append("<dc:creator><rdf:Seq><rdf:li>").append(escaped(information.getAuthor()));
            xmp.append("</rdf:li></rdf:Seq></dc:creator>\n");
        }
        xmp.append("<pdf:Producer>").append(escaped(information.getProducer())).append("</pdf:Producer>\n");
        xmp.append("</rdf:Description>\n").append(enclosure.metadata());
        return xmp.append("</rdf:RDF>\n</x:xmpmeta>\n<?xpacket end=\"r\"?>").toString();
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
