/** Classes that break the walls around ledger.journal, for the rules' own test. */
package openclaw.edge.load.walls.broken.ledger.journal;
