/** Classes that break the walls around proxy.exchange, for the rules' own test. */
package openclaw.edge.load.walls.broken.proxy.exchange;
