/** Classes that break the walls around insights, for the rules' own test. */
package openclaw.edge.load.walls.broken.billing.insight;
