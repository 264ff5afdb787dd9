/**
 * What is written down of every admitted exchange: its place in the lane's open table, exactly one final record, and totals for
 * those who look on.
 *
 * <p>{@link openclaw.edge.proxy.record.UsageRecorder} belongs to one event loop and its lane; what it keeps with an exchange is
 * an {@link openclaw.edge.proxy.record.OpenUsage}. {@link openclaw.edge.proxy.record.UsageTotals} and
 * {@link openclaw.edge.proxy.record.Latencies} are written by one loop and read by any thread.
 */
package openclaw.edge.proxy.record;
