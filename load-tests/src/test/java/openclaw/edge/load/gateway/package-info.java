/** A node as {@code deploy/openclaw} configures it, in front of a real OpenClaw gateway. Runs with {@code -Popenclaw}. */
package openclaw.edge.load.gateway;
