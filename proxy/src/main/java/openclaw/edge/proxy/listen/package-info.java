/** Event loops, listening sockets, and how many connections may be open. */
package openclaw.edge.proxy.listen;
