package openclaw.edge.ledger.generate;

import java.util.Arrays;
import openclaw.edge.ledger.journal.JournalAppender;
import openclaw.edge.ledger.record.Life;
import openclaw.edge.ledger.record.NameKind;
import openclaw.edge.ledger.record.NameRecord;
import org.agrona.concurrent.UnsafeBuffer;

/** Which names the file that is being written defines already. One for each node. */
final class NodeNames {
    private static final String[] METRICS = {"requests", "requests_admitted"};

    private final Traffic traffic;
    private final NameRecord record = new NameRecord();
    private final UnsafeBuffer source = new UnsafeBuffer(0, 0);
    private final long[] tenants;
    private final long[] agents;
    private final long[] metricIds = new long[METRICS.length];
    private int calls;
    private boolean hasMetrics;
    private JournalAppender appender;
    private Life life;

    NodeNames(final Traffic traffic) {
        this.traffic = traffic;
        tenants = new long[traffic.tenants() / Long.SIZE + 1];
        agents = new long[(int) ((long) traffic.tenants() * traffic.agents() / Long.SIZE) + 1];
    }

    /** A writer goes on, or a file begins: nothing is defined yet. */
    void begin(final JournalAppender newAppender, final Life writing) {
        appender = newAppender;
        life = writing;
        calls = 0;
        hasMetrics = false;
        Arrays.fill(tenants, 0);
        Arrays.fill(agents, 0);
    }

    /** Has the names of a record defined where they are not; to be called before the record is begun. */
    void define(final int tenant, final int agent, final Call call) {
        if ((tenants[tenant >>> 6] & 1L << tenant) == 0) {
            tenants[tenant >>> 6] |= 1L << tenant;
            write(NameKind.TENANT, 0, GenerateConfig.tenantId(tenant));
        }
        final int index = tenant * traffic.agents() + agent;
        if ((agents[index >>> 6] & 1L << index) == 0) {
            agents[index >>> 6] |= 1L << index;
            write(NameKind.AGENT, traffic.tenantId(tenant), GenerateConfig.agentName(agent));
        }
        if ((calls & 1 << call.ordinal()) == 0) {
            calls |= 1 << call.ordinal();
            write(NameKind.ROUTE, 0, call.route);
            if (call.hasModel()) {
                write(NameKind.MODEL, 0, call.model);
            }
        }
    }

    /** Ids of the metrics in ticks, defined in the file. */
    long[] metrics() {
        if (!hasMetrics) {
            for (int i = 0; i < METRICS.length; i++) {
                metricIds[i] = write(NameKind.METRIC, 0, METRICS[i]);
            }
            hasMetrics = true;
        }
        return metricIds;
    }

    private long write(final NameKind kind, final long scope, final String name) {
        final byte[] bytes = Traffic.bytes(name);
        source.wrap(bytes);
        final long id = record.begin(appender.record(), 0, life, kind, scope)
                .name(source, 0, bytes.length)
                .id();
        appender.append();
        return id;
    }
}
