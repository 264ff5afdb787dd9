package openclaw.edge.ledger.generate;

import java.nio.charset.StandardCharsets;
import openclaw.edge.ledger.record.NameHash;
import openclaw.edge.ledger.record.NameKind;
import org.agrona.concurrent.UnsafeBuffer;

/** Who asks, how often, and under which ids. Immutable, shared by all nodes. */
final class Traffic {
    private final int agents;
    private final Weighted tenantWeights;
    private final Weighted agentWeights;
    private final long[] tenantIds;
    private final long[] agentIds;
    private final long[] routeIds = new long[Call.values().length];
    private final long[] modelIds = new long[Call.values().length];

    Traffic(final GenerateConfig config) {
        agents = config.agents();
        tenantWeights = Weighted.zipf(config.tenants());
        agentWeights = Weighted.zipf(agents);
        tenantIds = new long[config.tenants()];
        agentIds = new long[config.tenants() * agents];
        final byte[][] agentNames = new byte[agents][];
        for (int agent = 0; agent < agents; agent++) {
            agentNames[agent] = bytes(GenerateConfig.agentName(agent));
        }
        final UnsafeBuffer buffer = new UnsafeBuffer(0, 0);
        for (int tenant = 0; tenant < tenantIds.length; tenant++) {
            tenantIds[tenant] = id(NameKind.TENANT, 0, bytes(GenerateConfig.tenantId(tenant)), buffer);
            for (int agent = 0; agent < agents; agent++) {
                agentIds[tenant * agents + agent] = id(NameKind.AGENT, tenantIds[tenant], agentNames[agent], buffer);
            }
        }
        for (final Call call : Call.values()) {
            routeIds[call.ordinal()] = id(NameKind.ROUTE, 0, bytes(call.route), buffer);
            modelIds[call.ordinal()] = id(NameKind.MODEL, 0, bytes(call.model), buffer);
        }
    }

    static byte[] bytes(final String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static long id(final NameKind kind, final long scope, final byte[] name, final UnsafeBuffer buffer) {
        buffer.wrap(name);
        return NameHash.id(kind, scope, buffer, 0, name.length);
    }

    int tenants() {
        return tenantIds.length;
    }

    int agents() {
        return agents;
    }

    int drawTenant(final Chance chance) {
        return tenantWeights.draw(chance.bits());
    }

    int drawAgent(final Chance chance) {
        return agentWeights.draw(chance.bits());
    }

    long tenantId(final int tenant) {
        return tenantIds[tenant];
    }

    long agentId(final int tenant, final int agent) {
        return agentIds[tenant * agents + agent];
    }

    long routeId(final Call call) {
        return routeIds[call.ordinal()];
    }

    /** 0 for a call without model. */
    long modelId(final Call call) {
        return modelIds[call.ordinal()];
    }
}
