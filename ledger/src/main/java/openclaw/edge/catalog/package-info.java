/** To be written. */
package openclaw.edge.catalog;
