/** Classes that break the walls around ledger, for the rules' own test. */
package openclaw.edge.load.walls.broken.ledger;
