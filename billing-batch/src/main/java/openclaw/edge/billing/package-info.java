/**
 * The batch: journals in, invoices out. {@link openclaw.edge.billing.BillingMain} is the command line,
 * {@code aggregate} sums usage up, {@code invoice} rates, writes and accounts for what is missing.
 */
package openclaw.edge.billing;
