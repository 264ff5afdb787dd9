package openclaw.edge.proxy;

import static openclaw.edge.proxy.PipelineFixture.BEARER_A;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import openclaw.edge.proxy.exchange.EdgeCounter;
import openclaw.edge.proxy.exchange.Exchange;
import openclaw.edge.proxy.exchange.Head;
import openclaw.edge.proxy.record.UsageTotals;
import openclaw.edge.proxy.testing.Heads;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code identity.agent_from_model}: whose bucket a request is counted in, and that the upstream is told the same agent. */
class AgentFromModelTest {
    private static final String CONFIG = """
            identity:
              agent_headers: [x-openclaw-agent-id]
              default_agent: main
              agent_from_model: "openclaw/"
            upstream: {servers: ["http://127.0.0.1:9000"], agent_header: x-openclaw-agent-id}
            catalog: [billing.yaml]
            """;
    private static final String CATALOG = """
            plans:
              team:
                limits:
                  - {name: agent, per: agent, capacity: 2, refill_rate: 1, interval_seconds: 3600}
            tenants:
              - {id: tenant-a, plan: team, api_keys: ["sha256:%s"]}
              - {id: tenant-b, plan: team, api_keys: ["sha256:%s"]}
            """;
    private static final String PATH = "/v1/chat/completions";

    @TempDir
    Path directory;

    private PipelineFixture fixture;

    @BeforeEach
    void open() throws IOException {
        fixture = new PipelineFixture(directory, CONFIG, CATALOG, ByteBufAllocator.DEFAULT);
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void shouldCountInTheBucketOfTheAgentThatTheModelNames() {
        assertThat(statusOf("{\"model\":\"openclaw/rater\"}")).isEqualTo(200);
        assertThat(told()).isEqualTo("rater");
        assertThat(statusOf("{\"model\":\"OpenClaw/RATER\"}")).isEqualTo(200);
        assertThat(told()).isEqualTo("rater");
        assertThat(statusOf("{\"model\":\"openclaw/rater\"}")).isEqualTo(429);
        assertThat(statusOf("{\"model\":\"openclaw/other\"}")).isEqualTo(200);
        assertThat(agents()).containsExactly("rater 2", "other 1");
    }

    @Test
    void shouldCountDefaultAliasesAsTheDefaultAgent() {
        assertThat(statusOf("{\"model\":\"openclaw\"}")).isEqualTo(200);
        assertThat(told()).isEqualTo("main");
        assertThat(statusOf("{\"model\":\"openclaw/default\"}")).isEqualTo(200);
        assertThat(statusOf("{\"model\":\"openclaw/main\"}")).isEqualTo(429);
    }

    @Test
    void shouldPreferTheFieldAndThenNotWaitForABody() {
        final Exchange exchange =
                fixture.request(Head.Framing.CHUNKED, "POST", PATH, BEARER_A, "x-openclaw-agent-id: Boss");
        assertThat(fixture.source.acquired).hasSize(1);
        assertThat(told()).isEqualTo("boss");
        end(exchange, "{\"model\":\"openclaw/rater\"}");
        assertThat(agents()).containsExactly("boss 1");
    }

    @Test
    void shouldNotWaitForABodyWhereThereIsNone() {
        fixture.served("/v1/models", BEARER_A);
        assertThat(fixture.client.status).isEqualTo(200);
        assertThat(told()).isEqualTo("main");
    }

    /** Whatever the upstream might read in these, it is told the agent that was counted. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"m\\u006fdel\":\"openclaw/rater\"}",
                "{\"model\":\"openclaw/r\\u0061ter\"}",
                "{\"Model\":\"openclaw/rater\"}",
                "{\"model\":[\"openclaw/rater\"]}",
                "{\"messages\":[]}",
                "{\"x\":{\"model\":\"openclaw/rater\"}}",
                "not JSON",
                "",
            })
    void shouldTellTheUpstreamTheDefaultAgentWhereNoModelIsCertain(final String body) {
        assertThat(statusOf(body)).isEqualTo(200);
        assertThat(told()).isEqualTo("main");
        assertThat(agents()).containsExactly("main 1");
    }

    @Test
    void shouldTellTheUpstreamTheFirstOfTwoModels() {
        assertThat(statusOf("{\"model\":\"openclaw/rater\",\"model\":\"openclaw/other\"}"))
                .isEqualTo(200);
        assertThat(told()).isEqualTo("rater");
        assertThat(agents()).containsExactly("rater 1");
    }

    @Test
    void shouldReadTheModelAtTheBeginningOfALongBody() {
        assertThat(statusOf("{\"model\":\"openclaw/rater\",\"messages\":\"" + "x".repeat(80_000) + "\"}"))
                .isEqualTo(200);
        assertThat(told()).isEqualTo("rater");
        assertThat(statusOf("{\"messages\":\"" + "x".repeat(80_000) + "\",\"model\":\"openclaw/rater\"}"))
                .isEqualTo(200);
        assertThat(told()).isEqualTo("main");
    }

    @Test
    void shouldRefuseAnAgentThatIsNoId() {
        assertThat(statusOf("{\"model\":\"openclaw/" + "a".repeat(129) + "\"}")).isEqualTo(400);
        assertThat(statusOf("{\"model\":\"openclaw/a b\"}")).isEqualTo(400);
        assertThat(fixture.count(EdgeCounter.REFUSED_IDENTITY)).isEqualTo(2);
        assertThat(fixture.records()).isEmpty();
        assertThat(fixture.lane.openExchanges()).isZero();
    }

    private int statusOf(final String body) {
        fixture.source.head = null;
        final Exchange exchange = fixture.request(Head.Framing.CHUNKED, "POST", PATH, BEARER_A);
        assertThat(fixture.source.head).isNull();
        end(exchange, body);
        return fixture.client.status;
    }

    private void end(final Exchange exchange, final String body) {
        final byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.requestBody(Unpooled.wrappedBuffer(bytes), bytes.length, true);
        if (fixture.source.head != null) {
            fixture.respond(exchange, 200, 10);
        }
    }

    private String told() {
        assertThat(Heads.value(fixture.source.head, "X-Consumer-Agent")).isNull();
        assertThat(Heads.count(fixture.source.head, "x-openclaw-agent-id")).isEqualTo(1);
        return Heads.value(fixture.source.head, "x-openclaw-agent-id");
    }

    private List<String> agents() {
        final UsageTotals totals = fixture.pipeline.totals();
        final List<String> agents = new ArrayList<>();
        for (int i = 0; i < totals.size(); i++) {
            agents.add(totals.entry(i).agent() + " " + totals.entry(i).requests());
        }
        return agents;
    }
}
