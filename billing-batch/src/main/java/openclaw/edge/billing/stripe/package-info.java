/**
 * Tells Stripe of finalized documents, each exactly once. {@link openclaw.edge.billing.stripe.StripeOutbox} puts entries into the
 * store in the transaction that finalizes; {@link openclaw.edge.billing.stripe.Push} delivers them, as often as it is run.
 *
 * <p>That nothing is sent twice rests on three things, each enough by itself while it lasts: the lease of an entry (two at the
 * same time), Stripe's idempotency keys (an answer that was lost, for a day), and the metadata that every object of ours at
 * Stripe bears, by which it is looked for before it is made (for ever).
 */
package openclaw.edge.billing.stripe;
