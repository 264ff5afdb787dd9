/** Classes that break the walls around proxy.decide, for the rules' own test. */
package openclaw.edge.load.walls.broken.proxy.decide;
