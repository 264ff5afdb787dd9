/** A node as a child process, an upstream that follows scripts, and a client that sends bytes as they are. */
package openclaw.edge.load.harness;
