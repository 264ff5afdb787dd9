/**
 * Final documents as electronic invoices: the semantic model of EN 16931-1 in the syntax of UN/CEFACT's Cross Industry Invoice
 * (D16B), as Factur-X 1.0 puts it into a PDF. Numbers such as BT-131 (a term) and BR-CO-10 (a rule) are those of EN 16931-1. A
 * pure function of the document's JSON: the same bytes whenever it is written.
 *
 * <pre>
 *   FinalInvoice -> EInvoice (figures with the standard's signs, taxes by category) -> CrossIndustryInvoice (XML)
 *                      \-> what is lacking, each by tenant and key
 * </pre>
 */
package openclaw.edge.billing.einvoice;
