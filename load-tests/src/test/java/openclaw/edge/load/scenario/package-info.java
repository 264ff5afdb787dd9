/** What must hold of a running node, whatever clients and upstreams do. */
package openclaw.edge.load.scenario;
