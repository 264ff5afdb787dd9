/**
 * The store of finalized cycles: an SQLite file, or a PostgreSQL database. It decides which numbers are taken, what each
 * cycle was finalized from, and holds every document to the byte. Money is kept in minor units and decimals as text.
 * Whatever changes it does so in one transaction that holds the store's one lock.
 */
package openclaw.edge.billing.store;
