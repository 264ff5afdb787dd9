/** What a request allocates on the event loop, by the JVM's own count per thread, in a JVM of its own. */
package openclaw.edge.bench.allocation;
