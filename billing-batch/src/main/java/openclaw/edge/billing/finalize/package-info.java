/**
 * Finalizes a cycle: checks that everything is there, gives numbers in one transaction of the store, and renders the files
 * from it. What arrives later becomes corrections and credit notes, never a change.
 *
 * <pre>
 *   out/2026-11/TENANT.json, .csv          the invoice, frozen
 *   out/2026-11/manifest.json              what it was made of, what was accepted as missing
 *   out/2026-11/correction-1/TENANT.json   what the first later finalization changed, for tenants that it concerns
 * </pre>
 */
package openclaw.edge.billing.finalize;
