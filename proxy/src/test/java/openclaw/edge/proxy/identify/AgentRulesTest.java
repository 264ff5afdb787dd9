package openclaw.edge.proxy.identify;

import static openclaw.edge.proxy.identify.IdentityVerdict.BAD_AGENT;
import static openclaw.edge.proxy.identify.IdentityVerdict.IDENTIFIED;
import static openclaw.edge.proxy.identify.IdentityVerdict.REPEATED_FIELD;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import openclaw.edge.proxy.exchange.Head;
import openclaw.edge.proxy.testing.Heads;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AgentRulesTest {
    private final AgentRules rules = new AgentRules(
            List.of(new FieldRef("x-openclaw-agent-id")), "Main", List.of("openclaw/", "OpenClaw:", "agent:"));
    private final Identity identity = new Identity();
    private final Head noFields = Heads.request("POST", "/v1/chat/completions");

    @ParameterizedTest
    @CsvSource({
        "openclaw, main",
        "openclaw/default, main",
        "OpenClaw/DEFAULT, main",
        "openclaw/rater, rater",
        "openclaw/RaTer, rater",
        "' openclaw/rater  ', rater",
        "OPENCLAW:rater, rater",
        "agent:rater, rater",
        "openclaw/a/b, a/b",
        "gpt-4, main",
        "'', main",
        "openclawx/rater, main",
    })
    void shouldFindTheAgentAsAGatewayDoes(final String model, final String agent) {
        assertThat(fromModel(model)).isEqualTo(IDENTIFIED);
        assertThat(agent(noFields)).isEqualTo(agent);
        assertThat(identity.isAgentInHead()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"openclaw/", "openclaw/a b", "openclaw/\u00fc", "openclaw/a\u007f"})
    void shouldRefuseWhatCannotBeAnId(final String model) {
        assertThat(fromModel(model)).isEqualTo(BAD_AGENT);
    }

    @Test
    void shouldTakeAnIdOf128BytesAndNoLongerOne() {
        assertThat(fromModel("openclaw/" + "A".repeat(128))).isEqualTo(IDENTIFIED);
        assertThat(agent(noFields)).isEqualTo("a".repeat(128));
        assertThat(fromModel("openclaw/" + "a".repeat(129))).isEqualTo(BAD_AGENT);
    }

    @Test
    void shouldGiveAnAgentOneNameHoweverAFieldSpellsIt() {
        final Head head = Heads.request("POST", "/", "x-openclaw-agent-id: RaTer");
        identity.reset();
        assertThat(rules.fromFields(head, identity)).isEqualTo(IDENTIFIED);
        assertThat(agent(head)).isEqualTo("rater");
        assertThat(identity.isAgentInHead()).isTrue();
    }

    @Test
    void shouldKeepTheCaseOfFieldsWhereModelsNameNoAgents() {
        final Head head = Heads.request("POST", "/", "X-Agent-Id: RaTer");
        final AgentRules plain = new AgentRules(List.of(new FieldRef("X-Agent-Id")), "default", List.of());
        identity.reset();
        assertThat(plain.fromFields(head, identity)).isEqualTo(IDENTIFIED);
        assertThat(agent(head)).isEqualTo("RaTer");
        assertThat(plain.areInModels()).isFalse();
    }

    @Test
    void shouldRefuseTwoFields() {
        final Head head = Heads.request("POST", "/", "x-openclaw-agent-id: a", "x-openclaw-agent-id: b");
        assertThat(rules.fromFields(head, identity)).isEqualTo(REPEATED_FIELD);
    }

    private IdentityVerdict fromModel(final String model) {
        identity.reset();
        assertThat(rules.fromFields(noFields, identity)).isEqualTo(IDENTIFIED);
        final byte[] bytes = ("{\"" + model + "\"}").getBytes(StandardCharsets.UTF_8);
        return rules.fromModel(bytes, 2, bytes.length - 4, identity);
    }

    private String agent(final Head head) {
        return new String(
                identity.agentBytes(head), identity.agentOffset(), identity.agentLength(), StandardCharsets.US_ASCII);
    }
}
