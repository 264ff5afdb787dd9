/**
 * The deterministic simulator: nodes with real tables and real gossip, in virtual time, over a network that does what a
 * seed says. {@link openclaw.edge.sync.simulation.SimulationTest} says how to replay a seed.
 */
package openclaw.edge.sync.simulation;
