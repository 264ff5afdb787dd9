/** Classes that break the walls around crdt, for the rules' own test. */
package openclaw.edge.load.walls.broken.crdt;
