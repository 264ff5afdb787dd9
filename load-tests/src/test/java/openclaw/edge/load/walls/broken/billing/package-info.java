/** Classes that break the walls around billing, for the rules' own test. */
package openclaw.edge.load.walls.broken.billing;
