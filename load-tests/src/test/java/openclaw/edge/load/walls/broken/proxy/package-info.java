/** Classes that break the walls around proxy, for the rules' own test. */
package openclaw.edge.load.walls.broken.proxy;
