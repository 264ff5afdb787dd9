/** Classes that break the walls around statistics, for the rules' own test. */
package openclaw.edge.load.walls.broken.billing.insight.statistics;
