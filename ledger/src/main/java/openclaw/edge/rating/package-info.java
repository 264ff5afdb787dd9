/** To be written. */
package openclaw.edge.rating;
