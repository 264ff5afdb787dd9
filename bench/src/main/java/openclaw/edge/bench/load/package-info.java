/**
 * {@code ./edge load}: a client of constant rate. An open model: when each request is due is decided before the first is sent,
 * and its latency counts from then, whether or not a connection was free. So a server that stops for a second shows as a
 * second's worth of late requests, and not as a single one (coordinated omission, as G. Tene called it). One that has no answer
 * when it is given up, sent or not, counts with the time that it has waited: at least so long.
 *
 * <pre>
 *   LoadCommand  -&gt;  LoadPlan  -&gt;  LoadRun  -&gt;  LoadWorker (one per thread)  -&gt;  LoadConnection
 *                                     |                                        |
 *                                     +---------  LoadResult  &lt;----------------+  -&gt;  LoadReport
 * </pre>
 */
package openclaw.edge.bench.load;
