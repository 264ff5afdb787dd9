/** Classes that break the walls around proxy.h1, for the rules' own test. */
package openclaw.edge.load.walls.broken.proxy.h1;
