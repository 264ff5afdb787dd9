/**
 * {@code bench/sums}: what each tenant is billed for, summed up by the project's reader and aggregator, by DuckDB over Parquet and
 * by PostgreSQL, of the same usage records, in one run, in turns.
 *
 * <pre>
 *   journal --+--------------------------------------&gt; JournalSums  --+
 *             +- ParquetExport  --&gt; usage.parquet  --&gt; DuckDbSums   --+--&gt; SumsRun --&gt; SumsTable
 *             +- PostgresExport --&gt; table usage    --&gt; PostgresSums --+      |
 *   expected.json --------------------------------------------------------&gt; differences by tenant
 * </pre>
 *
 * DuckDB and the embedded PostgreSQL are large, and not on the class path of {@code ./edge bench} and {@code ./edge load}.
 */
package openclaw.edge.bench.sums;
