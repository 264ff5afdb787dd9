/** To be written. */
package openclaw.edge.sync;
