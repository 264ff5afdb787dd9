/**
 * Usage of one billing cycle, summed up per tenant, part of the cycle, and journal lane. Sums are kept in primitive arrays;
 * no object is made per record, and no order of journals or files changes a sum.
 *
 * <p>A <em>cell</em> is one tenant's part of the cycle; of what a multiplier of the plan matches there is a cell of its own. What
 * a record counts for:
 * <ul>
 *   <li>Tokens: its charged tokens, interim records included. The proxy (or recovery) has decided them.
 *   <li>One billed request: a final record that charges tokens or that {@code bill:} does not exempt.
 *   <li>One exempt request: every other final record. So admitted = final records = billed + exempt.
 *   <li>One request in doubt, besides the above: a final record with outcome IN_DOUBT.
 * </ul>
 */
package openclaw.edge.billing.aggregate;
