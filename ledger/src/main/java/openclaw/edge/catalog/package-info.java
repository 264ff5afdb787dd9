/**
 * The catalog: plans, tenants, limits, costs, prices and billing cycles, shared by the proxy and the batch.
 *
 * <p>{@link openclaw.edge.catalog.CatalogReader} reads one or more YAML files into one immutable
 * {@link openclaw.edge.catalog.Catalog}, or names everything that is wrong in them. Whatever depends on the instant at
 * which a request was admitted (cycle, terms, quota) is decided by {@link openclaw.edge.catalog.Tenant#partAt(long)} and
 * by nothing else, so that proxy, refund and invoice agree. Instants are nanoseconds since the Unix epoch, intervals are
 * half-open. All types are immutable and thread-safe, except the readers.
 */
package openclaw.edge.catalog;
