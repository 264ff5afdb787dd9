package openclaw.edge.proxy.identify;

import static openclaw.edge.proxy.identify.IdentityVerdict.*;
import static openclaw.edge.proxy.testing.Heads.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import openclaw.edge.proxy.exchange.Head;
import openclaw.edge.proxy.testing.Heads;
import org.junit.jupiter.api.Test;

/** Every rule of the design's section on identity, each by name. */
class IdentifierTest {
    private static final byte[] LOOPBACK = {127, 0, 0, 1};
    private static final byte[] ELSEWHERE = {10, 0, 0, 9};
    private static final FieldRef AGENT = new FieldRef("X-Consumer-Agent");
    private static final String BEARER_A = "Authorization: Bearer key-a";

    private final Identifier identifier = new Identifier();
    private final Identity identity = new Identity();

    @Test
    void shouldKnowTheTenantOfABearerKey() throws Exception {
        assertThat(keyed(BEARER_A)).isEqualTo(IDENTIFIED);
        assertThat(identity.tenant()).isEqualTo(0);
    }

    @Test
    void shouldTakeTheSchemeInAnyCaseAndSeveralSpaces() throws Exception {
        assertThat(keyed("Authorization: bEARER   key-b")).isEqualTo(IDENTIFIED);
        assertThat(identity.tenant()).isEqualTo(1);
    }

    @Test
    void shouldKnowTheTenantOfAnXApiKey() throws Exception {
        assertThat(keyed("x-api-key: key-b")).isEqualTo(IDENTIFIED);
        assertThat(identity.tenant()).isEqualTo(1);
    }

    @Test
    void shouldKnowTheTenantOfAnApikey() throws Exception {
        assertThat(keyed("apikey: key-b")).isEqualTo(IDENTIFIED);
        assertThat(identity.tenant()).isEqualTo(1);
    }

    @Test
    void shouldRefuseARequestWithoutCredential() throws Exception {
        assertThat(keyed()).isEqualTo(NO_CREDENTIAL);
        assertThat(NO_CREDENTIAL.status()).isEqualTo(401);
    }

    @Test
    void shouldTakeAnotherSchemeForNoCredential() throws Exception {
        assertThat(keyed("Authorization: Basic a2V5LWE=")).isEqualTo(NO_CREDENTIAL);
        assertThat(keyed("Authorization: Bearerkey-a")).isEqualTo(NO_CREDENTIAL);
    }

    @Test
    void shouldServeTheDefaultTenantWithoutCredential() throws Exception {
        assertThat(identify(rules(IdentityRules.Mode.API_KEY, 1), LOOPBACK)).isEqualTo(IDENTIFIED);
        assertThat(identity.tenant()).isEqualTo(1);
    }

    @Test
    void shouldRefuseAnUnknownKeyDespiteADefaultTenant() throws Exception {
        assertThat(identify(rules(IdentityRules.Mode.API_KEY, 1), LOOPBACK, "x-api-key: nobody"))
                .isEqualTo(UNKNOWN_KEY);
        assertThat(UNKNOWN_KEY.status()).isEqualTo(401);
        assertThat(identity.tenant()).isEqualTo(Identity.NO_TENANT);
    }

    @Test
    void shouldRefuseAnEmptyKeyAsUnknown() throws Exception {
        assertThat(identify(rules(IdentityRules.Mode.API_KEY, 1), LOOPBACK, "x-api-key:"))
                .isEqualTo(UNKNOWN_KEY);
        assertThat(keyed("Authorization: Bearer")).isEqualTo(UNKNOWN_KEY);
    }

    @Test
    void shouldAcceptAClaimThatMatchesTheKey() throws Exception {
        assertThat(keyed(BEARER_A, "X-Tenant-Id: tenant-a")).isEqualTo(IDENTIFIED);
    }

    @Test
    void shouldRefuseAClaimThatContradictsTheKey() throws Exception {
        assertThat(keyed(BEARER_A, "X-Tenant-Id: tenant-b")).isEqualTo(TENANT_MISMATCH);
        assertThat(keyed(BEARER_A, "X-Tenant-Id: tenant-aa")).isEqualTo(TENANT_MISMATCH);
        assertThat(keyed(BEARER_A, "X-Tenant-Id:")).isEqualTo(TENANT_MISMATCH);
        assertThat(TENANT_MISMATCH.status()).isEqualTo(403);
    }

    @Test
    void shouldRefuseAClaimThatIsNotTheDefaultTenant() throws Exception {
        assertThat(identify(rules(IdentityRules.Mode.API_KEY, 1), LOOPBACK, "X-Tenant-Id: tenant-a"))
                .isEqualTo(TENANT_MISMATCH);
    }

    @Test
    void shouldSayUnknownKeyBeforeSayingAnythingOfTenants() throws Exception {
        assertThat(keyed("x-api-key: nobody", "X-Tenant-Id: tenant-b")).isEqualTo(UNKNOWN_KEY);
    }

    @Test
    void shouldAcceptOneKeyInSeveralFields() throws Exception {
        assertThat(keyed(BEARER_A, "x-api-key: key-a", "apikey: key-a", "x-api-key: key-a"))
                .isEqualTo(IDENTIFIED);
    }

    @Test
    void shouldRefuseTwoKeysOfDifferentValue() throws Exception {
        assertThat(keyed(BEARER_A, "x-api-key: key-b")).isEqualTo(CONFLICTING_CREDENTIALS);
        assertThat(keyed("x-api-key: key-a", "x-api-key: key-b")).isEqualTo(CONFLICTING_CREDENTIALS);
        assertThat(keyed("x-api-key: key-a", "apikey: key-a", "apikey: key-aa")).isEqualTo(CONFLICTING_CREDENTIALS);
        assertThat(CONFLICTING_CREDENTIALS.status()).isEqualTo(400);
    }

    @Test
    void shouldRefuseASecondAuthorizationEvenIfEqual() throws Exception {
        assertThat(keyed(BEARER_A, BEARER_A)).isEqualTo(REPEATED_FIELD);
    }

    @Test
    void shouldRefuseASecondTenantOrAgentEvenIfEqual() throws Exception {
        assertThat(keyed(BEARER_A, "X-Tenant-Id: tenant-a", "X-Tenant-Id: tenant-a"))
                .isEqualTo(REPEATED_FIELD);
        assertThat(keyed(BEARER_A, "X-Agent-Id: x", "X-Agent-Id: x")).isEqualTo(REPEATED_FIELD);
        assertThat(keyed(BEARER_A, "x-openclaw-agent-id: x", "x-openclaw-agent-id: y"))
                .isEqualTo(REPEATED_FIELD);
        assertThat(REPEATED_FIELD.status()).isEqualTo(400);
    }

    @Test
    void shouldNameTheAgentByTheFirstFieldConfigured() throws Exception {
        assertThat(agentOf(BEARER_A, "x-openclaw-agent-id: second", "X-Agent-Id: first"))
                .isEqualTo("first");
        assertThat(agentOf(BEARER_A, "x-openclaw-agent-id: second")).isEqualTo("second");
        assertThat(agentOf(BEARER_A, "X-Bot: third")).isEqualTo("third");
    }

    @Test
    void shouldCallTheAgentDefaultWhenNoneIsNamed() throws Exception {
        assertThat(agentOf(BEARER_A)).isEqualTo("default");
        assertThat(agentOf(BEARER_A, "X-Agent-Id:")).isEqualTo("default");
    }

    @Test
    void shouldLimitAgentNamesTo128VisibleBytes() throws Exception {
        assertThat(agentOf(BEARER_A, "X-Agent-Id: " + "a".repeat(128))).hasSize(128);
        assertThat(keyed(BEARER_A, "X-Agent-Id: " + "a".repeat(129))).isEqualTo(BAD_AGENT);
        assertThat(keyed(BEARER_A, "X-Agent-Id: a b")).isEqualTo(BAD_AGENT);
        assertThat(keyed(BEARER_A, "X-Agent-Id: a\u00e9")).isEqualTo(BAD_AGENT);
        assertThat(keyed(BEARER_A, "X-Agent-Id: a\u007f")).isEqualTo(BAD_AGENT);
        assertThat(BAD_AGENT.status()).isEqualTo(400);
    }

    @Test
    void shouldLimitRequestIdsTo128VisibleBytes() throws Exception {
        assertThat(keyed(BEARER_A, "X-Request-Id: " + "r".repeat(128))).isEqualTo(IDENTIFIED);
        assertThat(identity.requestIdLength()).isEqualTo(128);
        assertThat(keyed(BEARER_A, "X-Request-Id: " + "r".repeat(129))).isEqualTo(BAD_REQUEST_ID);
        assertThat(keyed(BEARER_A, "X-Request-Id: r\tr")).isEqualTo(BAD_REQUEST_ID);
    }

    @Test
    void shouldReplaceARepeatedRequestId() throws Exception {
        assertThat(keyed(BEARER_A, "X-Request-Id: a", "X-Request-Id: b")).isEqualTo(IDENTIFIED);
        assertThat(identity.hasRequestId()).isFalse();
    }

    @Test
    void shouldBelieveATrustedHeaderFromATrustedSource() throws Exception {
        final IdentityRules rules = rules(IdentityRules.Mode.TRUSTED_HEADER, Identity.NO_TENANT);
        assertThat(identify(rules, LOOPBACK, "X-Tenant-Id: tenant-b")).isEqualTo(IDENTIFIED);
        assertThat(identity.tenant()).isEqualTo(1);
    }

    @Test
    void shouldRefuseATrustedHeaderFromElsewhere() throws Exception {
        final IdentityRules rules = rules(IdentityRules.Mode.TRUSTED_HEADER, Identity.NO_TENANT);
        assertThat(identify(rules, ELSEWHERE, "X-Tenant-Id: tenant-b")).isEqualTo(UNTRUSTED_SOURCE);
        assertThat(identify(rules, new byte[0], "X-Tenant-Id: tenant-b")).isEqualTo(UNTRUSTED_SOURCE);
        assertThat(UNTRUSTED_SOURCE.status()).isEqualTo(403);
    }

    @Test
    void shouldRefuseAMissingOrUnknownTrustedTenant() throws Exception {
        final IdentityRules rules = rules(IdentityRules.Mode.TRUSTED_HEADER, Identity.NO_TENANT);
        assertThat(identify(rules, LOOPBACK)).isEqualTo(MISSING_TENANT);
        assertThat(identify(rules, LOOPBACK, "X-Tenant-Id:")).isEqualTo(MISSING_TENANT);
        assertThat(identify(rules, LOOPBACK, "X-Tenant-Id: tenant-c")).isEqualTo(UNKNOWN_TENANT);
        assertThat(MISSING_TENANT.status()).isEqualTo(400);
        assertThat(MISSING_TENANT.detail()).isEqualTo("Missing tenant ID");
        assertThat(UNKNOWN_TENANT.status()).isEqualTo(403);
    }

    @Test
    void shouldTellTheUpstreamWhoAsksAndDropTheClientsCopies() throws Exception {
        final Head head = Heads.request(
                "GET", "/", BEARER_A, "X-Consumer-Id: forged", "X-Consumer-Agent: forged", "X-Agent-Id: seven");
        identity.reset();
        identifier.identify(head, LOOPBACK, rules(IdentityRules.Mode.API_KEY, Identity.NO_TENANT), identity);
        new IdentityFields().apply(head, identity, bytes("tenant-a"), new FieldRef("X-Consumer-Id"), AGENT);

        assertThat(Heads.value(head, "X-Consumer-Id")).isEqualTo("tenant-a");
        assertThat(Heads.count(head, "X-Consumer-Id")).isEqualTo(1);
        assertThat(Heads.value(head, "X-Consumer-Agent")).isEqualTo("seven");
        assertThat(Heads.count(head, "X-Consumer-Agent")).isEqualTo(1);
        assertThat(Heads.value(head, "X-Request-Id")).matches("[0-9a-f]{32}");
    }

    @Test
    void shouldSetAnIdentityFieldOfAnyName() throws Exception {
        final Head head = Heads.request("GET", "/", BEARER_A, "x-forwarded-user: root", "X-Request-Id: mine");
        identity.reset();
        identifier.identify(head, LOOPBACK, rules(IdentityRules.Mode.API_KEY, Identity.NO_TENANT), identity);
        new IdentityFields().apply(head, identity, bytes("tenant-a"), new FieldRef("X-Forwarded-User"), AGENT);

        assertThat(Heads.value(head, "X-Forwarded-User")).isEqualTo("tenant-a");
        assertThat(Heads.count(head, "X-Forwarded-User")).isEqualTo(1);
        assertThat(Heads.value(head, "X-Consumer-Agent")).isEqualTo("default");
        assertThat(Heads.value(head, "X-Request-Id")).isEqualTo("mine");
    }

    @Test
    void shouldRefuseAFieldNameThatEntryDrops() {
        assertThatThrownBy(() -> new FieldRef("X_Agent_Id")).hasMessageContaining("'X_Agent_Id'");
        assertThatThrownBy(() -> new FieldRef("X Agent")).hasMessageContaining("'X Agent'");
    }

    private IdentityVerdict keyed(final String... fields) throws Exception {
        return identify(rules(IdentityRules.Mode.API_KEY, Identity.NO_TENANT), LOOPBACK, fields);
    }

    private IdentityVerdict identify(final IdentityRules rules, final byte[] address, final String... fields) {
        identity.reset();
        return identifier.identify(Heads.request("GET", "/v1/rate", fields), address, rules, identity);
    }

    private String agentOf(final String... fields) throws Exception {
        final Head head = Heads.request("GET", "/v1/rate", fields);
        identity.reset();
        assertThat(identifier.identify(head, LOOPBACK, rules(IdentityRules.Mode.API_KEY, Identity.NO_TENANT), identity))
                .isEqualTo(IDENTIFIED);
        return new String(
                identity.agentBytes(head), identity.agentOffset(), identity.agentLength(), StandardCharsets.US_ASCII);
    }

    private static IdentityRules rules(final IdentityRules.Mode mode, final int defaultTenant) throws Exception {
        final ApiKeyTable keys = new ApiKeyTable(2);
        keys.put(MessageDigest.getInstance("SHA-256").digest(bytes("key-a")), 0);
        keys.put(MessageDigest.getInstance("SHA-256").digest(bytes("key-b")), 1);
        return new IdentityRules(
                mode,
                keys,
                new TenantIndex(List.of(bytes("tenant-a"), bytes("tenant-b"))),
                defaultTenant,
                address -> address.length == 4 && address[0] == 127,
                new AgentRules(
                        List.of(new FieldRef("X-Agent-Id"), new FieldRef("x-openclaw-agent-id"), new FieldRef("X-Bot")),
                        "default",
                        List.of()));
    }
}
