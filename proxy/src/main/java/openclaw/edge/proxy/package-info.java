/** To be written. */
package openclaw.edge.proxy;
