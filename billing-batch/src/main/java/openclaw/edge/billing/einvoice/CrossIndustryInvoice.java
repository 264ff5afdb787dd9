package openclaw.edge.billing.einvoice;

import java.io.StringWriter;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import openclaw.edge.billing.invoice.FinalInvoice;
import openclaw.edge.catalog.Seller;
import openclaw.edge.rating.Money;

/** Writes a document as Cross Industry Invoice, its elements in the order of the schema (UN/CEFACT D16B). Use once. */
final class CrossIndustryInvoice {
    private static final String GUIDELINE = "urn:cen.eu:en16931:2017";
    private static final String CREDIT_TRANSFER = "30";
    private static final String NOT_DEFINED = "1";

    private final XmlWriter xml;
    private final EInvoice document;
    private final FinalInvoice invoice;

    private CrossIndustryInvoice(XmlWriter xml, EInvoice document) {
        this.xml = xml;
        this.document = document;
        this.invoice = document.invoice();
    }

    static String write(EInvoice document) {
        StringWriter text = new StringWriter();
        try {
            XmlWriter xml = new XmlWriter(XMLOutputFactory.newDefaultFactory().createXMLStreamWriter(text));
            new CrossIndustryInvoice(xml, document).document();
            return text.append('\n').toString();
        } catch (XMLStreamException e) {
            throw new IllegalStateException("cannot write " + document.invoice().number() + " as XML", e);
        }
    }

    private void document() throws XMLStreamException {
        xml.begin();
        xml.open("rsm:ExchangedDocumentContext");
        xml.open("ram:GuidelineSpecifiedDocumentContextParameter");
        xml.text("ram:ID", GUIDELINE);
        xml.close(2);
        xml.open("rsm:ExchangedDocument");
        xml.text("ram:ID", invoice.number());
        xml.text("ram:TypeCode", document.typeCode());
        xml.date("ram:IssueDateTime", LocalDate.parse(invoice.issueDate()));
        for (String note : notes()) {
            xml.open("ram:IncludedNote");
            xml.text("ram:Content", note);
            xml.close(1);
        }
        xml.close(1);
        xml.open("rsm:SupplyChainTradeTransaction");
        for (int i = 0; i < document.lines().size(); i++) {
            line(i + 1, document.lines().get(i));
        }
        xml.open("ram:ApplicableHeaderTradeAgreement");
        boolean withVatIds =
                document.taxes().stream().noneMatch(tax -> tax.category().equals("O"));
        PartyXml.write(xml, "ram:SellerTradeParty", document.seller().party(), true, withVatIds);
        PartyXml.write(xml, "ram:BuyerTradeParty", document.customer(), false, withVatIds);
        xml.close(1);
        xml.open("ram:ApplicableHeaderTradeDelivery");
        xml.open("ram:ActualDeliverySupplyChainEvent");
        xml.date("ram:OccurrenceDateTime", invoice.lastDay());
        xml.close(2);
        settlement();
        xml.close(2);
        xml.end();
    }

    /** What the figures alone do not say. */
    private List<String> notes() {
        List<String> notes = new ArrayList<>();
        for (FinalInvoice.Credit credit : invoice.credits()) {
            if (credit.applied().signum() != 0) {
                notes.add(credit.description() + ": " + credit.applied().toPlainString() + " " + invoice.currency());
            }
        }
        if (invoice.carriedForward().signum() > 0) {
            notes.add("Credit carried to the next invoice: "
                    + invoice.carriedForward().toPlainString() + " " + invoice.currency());
        }
        return notes;
    }

    private void line(int number, LineFigures figures) throws XMLStreamException {
        FinalInvoice.LineTax tax = figures.line().taxes().get(0);
        xml.open("ram:IncludedSupplyChainTradeLineItem");
        xml.open("ram:AssociatedDocumentLineDocument");
        xml.text("ram:LineID", Integer.toString(number));
        xml.close(1);
        xml.open("ram:SpecifiedTradeProduct");
        xml.text("ram:Name", figures.line().description());
        if (figures.isRestated()) {
            attribute("Quantity", figures.line().quantity());
            attribute("Unit price", figures.line().unitPrice());
        }
        xml.close(1);
        xml.open("ram:SpecifiedLineTradeAgreement");
        xml.open("ram:NetPriceProductTradePrice");
        xml.text("ram:ChargeAmount", figures.price().toPlainString());
        xml.close(2);
        xml.open("ram:SpecifiedLineTradeDelivery");
        // UN/ECE Recommendation 20: one. Tokens, requests, packages and shares of a cycle have no code of their own.
        xml.text("ram:BilledQuantity", Money.quantityText(figures.quantity()), "unitCode", "C62");
        xml.close(1);
        xml.open("ram:SpecifiedLineTradeSettlement");
        xml.open("ram:ApplicableTradeTax");
        xml.text("ram:TypeCode", "VAT");
        xml.text("ram:CategoryCode", tax.category());
        rate(tax.category(), new BigDecimal(tax.percent()));
        xml.close(1);
        xml.open("ram:SpecifiedTradeSettlementLineMonetarySummation");
        amount("ram:LineTotalAmount", figures.amount());
        xml.close(3);
    }

    private void attribute(String name, String value) throws XMLStreamException {
        xml.open("ram:ApplicableProductCharacteristic");
        xml.text("ram:Description", name);
        xml.text("ram:Value", value);
        xml.close(1);
    }

    private void rate(String category, BigDecimal percent) throws XMLStreamException {
        // BR-O-5: what is outside of the scope of VAT has no rate, not even zero.
        if (!category.equals("O")) {
            xml.text("ram:RateApplicablePercent", Money.quantityText(percent));
        }
    }

    private void settlement() throws XMLStreamException {
        xml.open("ram:ApplicableHeaderTradeSettlement");
        xml.text("ram:PaymentReference", invoice.number());
        xml.text("ram:InvoiceCurrencyCode", invoice.currency());
        paymentMeans();
        for (TaxBreakdown tax : document.taxes()) {
            xml.open("ram:ApplicableTradeTax");
            amount("ram:CalculatedAmount", tax.amount());
            xml.text("ram:TypeCode", "VAT");
            xml.optional("ram:ExemptionReason", tax.exempt());
            amount("ram:BasisAmount", tax.base());
            xml.text("ram:CategoryCode", tax.category());
            rate(tax.category(), tax.percent());
            xml.close(1);
        }
        xml.open("ram:BillingSpecifiedPeriod");
        xml.date("ram:StartDateTime", invoice.firstDay());
        xml.date("ram:EndDateTime", invoice.lastDay());
        xml.close(1);
        paymentTerms();
        sums();
        if (invoice.corrects() != null) {
            xml.open("ram:InvoiceReferencedDocument");
            xml.text("ram:IssuerAssignedID", invoice.corrects());
            xml.qualifiedDate("ram:FormattedIssueDateTime", LocalDate.parse(document.correctedIssueDate()));
            xml.close(1);
        }
        xml.close(1);
    }

    private void paymentMeans() throws XMLStreamException {
        Seller seller = document.seller();
        boolean transfer = !seller.iban().isEmpty();
        if (!asks() || (!transfer && seller.bank().isEmpty())) {
            return;
        }
        xml.open("ram:SpecifiedTradeSettlementPaymentMeans");
        xml.text("ram:TypeCode", transfer ? CREDIT_TRANSFER : NOT_DEFINED);
        xml.optional("ram:Information", String.join(", ", seller.bank()));
        if (transfer) {
            xml.open("ram:PayeePartyCreditorFinancialAccount");
            xml.text("ram:IBANID", seller.iban());
            xml.close(1);
        }
        if (transfer && !seller.bic().isEmpty()) {
            xml.open("ram:PayeeSpecifiedCreditorFinancialInstitution");
            xml.text("ram:BICID", seller.bic());
            xml.close(1);
        }
        xml.close(1);
    }

    /** Whether something is to be paid to the seller. */
    private boolean asks() {
        return !invoice.isCreditNote() && invoice.amountDue().signum() > 0;
    }

    private void paymentTerms() throws XMLStreamException {
        if (invoice.isCreditNote()) {
            xml.open("ram:SpecifiedTradePaymentTerms");
            xml.text("ram:Description", "Given back to the customer: nothing is to be paid.");
            xml.close(1);
            return;
        }
        LocalDate due = asks() ? invoice.dueDate(document.seller()) : null;
        if (due == null && document.seller().paymentTerms().isEmpty()) {
            return;
        }
        xml.open("ram:SpecifiedTradePaymentTerms");
        xml.optional("ram:Description", document.seller().paymentTerms());
        if (due != null) {
            xml.date("ram:DueDateDateTime", due);
        }
        xml.close(1);
    }

    private void sums() throws XMLStreamException {
        BigDecimal net = document.signed(invoice.net());
        BigDecimal total = document.signed(invoice.total());
        BigDecimal due = document.signed(invoice.amountDue());
        xml.open("ram:SpecifiedTradeSettlementHeaderMonetarySummation");
        amount("ram:LineTotalAmount", net);
        amount("ram:TaxBasisTotalAmount", net);
        xml.text(
                "ram:TaxTotalAmount", document.signed(invoice.tax()).toPlainString(), "currencyID", invoice.currency());
        amount("ram:GrandTotalAmount", total);
        if (total.compareTo(due) != 0) {
            amount("ram:TotalPrepaidAmount", total.subtract(due));
        }
        amount("ram:DuePayableAmount", due);
        xml.close(1);
    }

    private void amount(String element, BigDecimal amount) throws XMLStreamException {
        xml.text(element, amount.toPlainString());
    }
}
