/**
 * Draft invoices of one cycle: a pure function of catalog, journals, cycle and rating version, written as canonical JSON and
 * CSV, with a manifest that says what went in, what came out and what is missing. The same input gives the same bytes,
 * whatever the order and number of copies of the journals.
 *
 * <pre>
 *   out/2026-11/TENANT.json     the invoice; counts are numbers (strings beyond 2^53), money and quantities decimal strings
 *   out/2026-11/TENANT.csv      its lines, and a last one with the total
 *   out/2026-11/TENANT.pdf      for people, where asked for
 *   out/2026-11/manifest.json   written last
 * </pre>
 *
 * A line's {@code journal} names the entries that its quantity was counted from. Lines of the same part of the cycle, within
 * and beyond the quota, name the same entries; a subscription names none.
 */
package openclaw.edge.billing.invoice;
