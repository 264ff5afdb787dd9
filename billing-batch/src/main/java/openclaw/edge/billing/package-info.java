/** To be written. */
package openclaw.edge.billing;
