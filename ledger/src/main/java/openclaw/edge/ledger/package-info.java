/** To be written. */
package openclaw.edge.ledger;
