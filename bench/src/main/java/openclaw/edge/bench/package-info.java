/** To be written. */
package openclaw.edge.bench;
