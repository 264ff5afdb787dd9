/** How far a long run is, told to whoever waits for it. */
package openclaw.edge.billing.progress;
