/** Clusters in one JVM: how far a limit is exceeded, how long a new node takes, what gossip costs the network. */
package openclaw.edge.bench.cluster;
