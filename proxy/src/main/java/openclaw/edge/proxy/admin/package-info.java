/**
 * The admin listener: health, metrics and tenants' usage, on its own small event loop, apart from clients' traffic.
 *
 * <pre>
 *   GET /health/live              200 while the process runs                                        no token
 *   GET /health/ready             200 while requests are taken, else 503; says how the journal is   no token
 *   GET /metrics                  Prometheus text format 0.0.4
 *   GET /v1/tenants               ids of all tenants
 *   GET /v1/tenants/{id}/usage    limits, quota and usage of one tenant
 * </pre>
 *
 * Everything is read when it is asked for, from counters that the event loops write without knowing of a reader.
 */
package openclaw.edge.proxy.admin;
