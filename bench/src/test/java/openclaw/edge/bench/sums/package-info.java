/** Tests of the sums and of what they are held against. */
package openclaw.edge.bench.sums;
