/** To be written. */
package openclaw.edge.load;
