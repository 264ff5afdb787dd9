package openclaw.edge.billing.einvoice;

import java.util.List;
import java.util.stream.Collectors;
import javax.xml.stream.XMLStreamException;
import openclaw.edge.catalog.Party;

/** Seller and customer (BG-4, BG-7). */
final class PartyXml {
    private static final String[] LINES = {"ram:LineOne", "ram:LineTwo", "ram:LineThree"};

    private PartyXml() {}

    static void write(XmlWriter xml, String element, Party party, boolean isSeller, boolean withVatId)
            throws XMLStreamException {
        xml.open(element);
        xml.text("ram:Name", party.name());
        if (!party.registration().isEmpty()) {
            xml.open("ram:SpecifiedLegalOrganization");
            xml.text("ram:ID", party.registration());
            xml.close(1);
        }
        xml.open("ram:PostalTradeAddress");
        xml.optional("ram:PostcodeCode", party.postcode());
        List<String> address = party.address();
        for (int i = 0; i < LINES.length; i++) {
            // The standard has three lines: the last one takes what is left.
            long taken = i == LINES.length - 1 ? address.size() : 1;
            xml.optional(LINES[i], address.stream().skip(i).limit(taken).collect(Collectors.joining(", ")));
        }
        xml.optional("ram:CityName", party.city());
        xml.text("ram:CountryID", party.country());
        xml.close(1);
        if (!party.email().isEmpty()) {
            xml.open("ram:URIUniversalCommunication");
            xml.text("ram:URIID", party.email(), "schemeID", "EM");
            xml.close(1);
        }
        boolean vat = TaxRegistration.isVatId(party.taxId());
        if (!party.taxId().isEmpty() && (vat ? withVatId : isSeller)) {
            xml.open("ram:SpecifiedTaxRegistration");
            xml.text("ram:ID", party.taxId().replace(" ", ""), "schemeID", vat ? "VA" : "FC");
            xml.close(1);
        }
        xml.close(1);
    }
}
