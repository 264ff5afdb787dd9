/** Classes that break the walls around rating, for the rules' own test. */
package openclaw.edge.load.walls.broken.rating;
