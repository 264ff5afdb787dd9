/** To be written. */
package openclaw.edge.crdt;
