/** Classes that break the walls around sync, for the rules' own test. */
package openclaw.edge.load.walls.broken.sync;
