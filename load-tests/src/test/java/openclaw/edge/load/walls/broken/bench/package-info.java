/** Classes that break the walls around bench, for the rules' own test. */
package openclaw.edge.load.walls.broken.bench;
