package openclaw.edge.billing.einvoice;

/**
 * What Factur-X 1.0 adds to the metadata of its PDF: which file is the invoice and by which profile, and, as PDF/A asks for
 * properties of one's own, a description of them (ISO 19005-3, 6.6.2.3).
 */
final class FacturXMetadata {
    private static final String NAMESPACE = "urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#";
    private static final String[][] PROPERTIES = {
        {"DocumentFileName", "Name of the enclosed invoice"},
        {"DocumentType", "Type of the document"},
        {"Version", "Version of the standard"},
        {"ConformanceLevel", "Profile of the standard"}
    };

    private FacturXMetadata() {}

    /** RDF descriptions for an XMP packet. */
    static String of(String file) {
        StringBuilder xmp = new StringBuilder();
        xmp.append("<rdf:Description rdf:about=\"\" xmlns:fx=\"")
                .append(NAMESPACE)
                .append("\">\n");
        xmp.append("<fx:DocumentType>INVOICE</fx:DocumentType>\n");
        xmp.append("<fx:DocumentFileName>").append(file).append("</fx:DocumentFileName>\n");
        xmp.append("<fx:Version>1.0</fx:Version>\n");
        xmp.append("<fx:ConformanceLevel>EN 16931</fx:ConformanceLevel>\n");
        xmp.append("</rdf:Description>\n");
        xmp.append("<rdf:Description rdf:about=\"\" xmlns:pdfaExtension=\"http://www.aiim.org/pdfa/ns/extension/\"");
        xmp.append(" xmlns:pdfaSchema=\"http://www.aiim.org/pdfa/ns/schema#\"");
        xmp.append(" xmlns:pdfaProperty=\"http://www.aiim.org/pdfa/ns/property#\">\n");
        xmp.append("<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType=\"Resource\">\n");
        xmp.append("<pdfaSchema:schema>Factur-X</pdfaSchema:schema>\n");
        xmp.append("<pdfaSchema:namespaceURI>").append(NAMESPACE).append("</pdfaSchema:namespaceURI>\n");
        xmp.append("<pdfaSchema:prefix>fx</pdfaSchema:prefix>\n<pdfaSchema:property><rdf:Seq>\n");
        for (String[] property : PROPERTIES) {
            xmp.append("<rdf:li rdf:parseType=\"Resource\"><pdfaProperty:name>").append(property[0]);
            xmp.append("</pdfaProperty:name><pdfaProperty:valueType>Text</pdfaProperty:valueType>");
            xmp.append("<pdfaProperty:category>external</pdfaProperty:category><pdfaProperty:description>");
            xmp.append(property[1]).append("</pdfaProperty:description></rdf:li>\n");
        }
        xmp.append("</rdf:Seq></pdfaSchema:property>\n</rdf:li></rdf:Bag></pdfaExtension:schemas>\n");
        xmp.append("</rdf:Description>\n");
        return xmp.toString();
    }
}
