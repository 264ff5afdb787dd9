/**
 * What {@code edge.yaml} says: typed, immutable, concluded once. Every key has its default here, every range and every rule
 * between two keys is checked here, and a key whose function this version does not have is refused by name.
 *
 * <p>Times are nanoseconds, sizes bytes, counts plain numbers, so that what runs per request reads primitives only. All types
 * are safe for any thread.
 */
package openclaw.edge.proxy.config;
