/**
 * Invoices as PDF. A {@link openclaw.edge.billing.pdf.Sheet} says what stands on one, as the strings that its JSON has;
 * {@link openclaw.edge.billing.pdf.SheetPrinter} lays it out on A4 pages. The same sheet gives the same bytes everywhere: there
 * is no date, no chance and no compressor in it, whose output would depend on the Java in use.
 *
 * <pre>
 *   Sheet -> SheetLayout -> Page (texts and rules at places) -> content streams
 *                             used characters -> FontSubset ----> embedded font
 * </pre>
 *
 * Lengths are whole thousandths of a point (1/72 inch), {@code mpt}; y grows upwards, as in PDF (ISO 32000-1, 8.3). Nothing is
 * loaded of the PDF library until a sheet is printed.
 */
package openclaw.edge.billing.pdf;
