package openclaw.edge.billing.einvoice;

import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/** Elements of the Cross Industry Invoice by their prefixed names. Not thread-safe. */
final class XmlWriter {
    private static final String URN = "urn:un:unece:uncefact:data:";
    private static final int REPLACEMENT = 0xFFFD;

    private final XMLStreamWriter out;

    XmlWriter(XMLStreamWriter out) {
        this.out = out;
    }

    /** Opens the document's element. */
    void begin() throws XMLStreamException {
        out.writeStartDocument("UTF-8", "1.0");
        out.writeStartElement("rsm:CrossIndustryInvoice");
        out.writeAttribute("xmlns:rsm", URN + "standard:CrossIndustryInvoice:100");
        out.writeAttribute("xmlns:ram", URN + "standard:ReusableAggregateBusinessInformationEntity:100");
        out.writeAttribute("xmlns:qdt", URN + "standard:QualifiedDataType:100");
        out.writeAttribute("xmlns:udt", URN + "standard:UnqualifiedDataType:100");
    }

    void end() throws XMLStreamException {
        out.writeEndDocument();
        out.close();
    }

    void open(String element) throws XMLStreamException {
        out.writeStartElement(element);
    }

    void close(int elements) throws XMLStreamException {
        for (int i = 0; i < elements; i++) {
            out.writeEndElement();
        }
    }

    void text(String element, String text) throws XMLStreamException {
        open(element);
        out.writeCharacters(allowed(text));
        close(1);
    }

    void text(String element, String text, String attribute, String value) throws XMLStreamException {
        open(element);
        out.writeAttribute(attribute, value);
        out.writeCharacters(allowed(text));
        close(1);
    }

    /** Leaves an element without a text out. */
    void optional(String element, String text) throws XMLStreamException {
        if (!text.isEmpty()) {
            text(element, text);
        }
    }

    void date(String element, LocalDate date) throws XMLStreamException {
        dated(element, "udt:DateTimeString", date);
    }

    void qualifiedDate(String element, LocalDate date) throws XMLStreamException {
        dated(element, "qdt:DateTimeString", date);
    }

    private void dated(String element, String type, LocalDate date) throws XMLStreamException {
        open(element);
        // Format 102 is CCYYMMDD.
        text(type, date.format(DateTimeFormatter.BASIC_ISO_DATE), "format", "102");
        close(1);
    }

    /** What XML 1.0 (2.2) has no place for is replaced. */
    private static String allowed(String text) {
        StringBuilder allowed = new StringBuilder(text.length());
        text.codePoints().forEach(codePoint -> allowed.appendCodePoint(isAllowed(codePoint) ? codePoint : REPLACEMENT));
        return allowed.toString();
    }

    private static boolean isAllowed(int codePoint) {
        return codePoint == '\t'
                || codePoint == '\n'
                || codePoint == '\r'
                || (codePoint >= 0x20 && codePoint <= 0xD7FF)
                || (codePoint >= 0xE000 && codePoint <= 0xFFFD)
                || codePoint >= 0x10000;
    }
}
