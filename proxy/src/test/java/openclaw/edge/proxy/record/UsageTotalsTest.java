package openclaw.edge.proxy.record;

import static openclaw.edge.proxy.testing.Heads.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class UsageTotalsTest {
    private final UsageTotals totals = new UsageTotals();

    @Test
    void shouldAddUpByTenantAndAgent() {
        add("a", "x", 3);
        add("a", "y", 5);
        add("b", "x", 7);
        add("a", "x", 0);
        assertThat(all())
                .containsOnly(
                        Map.entry("a/x", "2 requests 3 tokens"),
                        Map.entry("a/y", "1 requests 5 tokens"),
                        Map.entry("b/x", "1 requests 7 tokens"));
    }

    @Test
    void shouldBoundTheAgentsOfATenantAndLoseNoToken() {
        for (int round = 0; round < 2; round++) {
            for (int i = 0; i < UsageTotals.MAX_AGENTS + 50; i++) {
                add("a", "agent-" + i, 1);
            }
        }
        add("b", "x", 1);
        assertThat(all())
                .hasSize(UsageTotals.MAX_AGENTS + 2)
                .containsEntry("a/" + UsageTotals.OTHERS, "100 requests 100 tokens")
                .containsEntry("a/agent-0", "2 requests 2 tokens")
                .containsEntry("b/x", "1 requests 1 tokens");
    }

    @Test
    void shouldBoundAllOfThem() {
        for (int tenant = 0; tenant < 200; tenant++) {
            for (int agent = 0; agent < 100; agent++) {
                add("tenant-" + tenant, "agent-" + agent, 1);
            }
        }
        assertThat(totals.size()).isLessThanOrEqualTo(UsageTotals.MAX_ENTRIES + 200);
        long tokens = 0;
        for (int i = 0; i < totals.size(); i++) {
            tokens += totals.entry(i).tokens();
        }
        assertThat(tokens).isEqualTo(20_000);
    }

    private void add(final String tenant, final String agent, final long tokens) {
        final byte[] name = bytes("__" + agent + "__");
        totals.add(tenant, name, 2, agent.length(), tokens);
    }

    private Map<String, String> all() {
        final Map<String, String> all = new HashMap<>();
        for (int i = 0; i < totals.size(); i++) {
            final UsageTotals.Entry entry = totals.entry(i);
            all.put(entry.tenant() + "/" + entry.agent(), entry.requests() + " requests " + entry.tokens() + " tokens");
        }
        return all;
    }
}
