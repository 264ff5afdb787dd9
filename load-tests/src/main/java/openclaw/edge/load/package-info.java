/**
 * Scenarios over real sockets against a node that runs as a process of its own: conservation of requests, kills, memory, bad
 * input. Everything here is a black box's view, and lives among the tests of this module; so do the walls between modules.
 */
package openclaw.edge.load;
