package openclaw.edge.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import openclaw.edge.ledger.LedgerConfig;
import openclaw.edge.ledger.lane.Durability;
import openclaw.edge.ledger.read.JournalReader;
import openclaw.edge.proxy.h1.RawClient;
import openclaw.edge.proxy.h1.ScriptedUpstream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A node that is measured without its journal. */
@Timeout(60)
final class JournalAbsenceTest {
    private static final LedgerConfig CONFIG = LedgerConfig.of("edge");

    @AfterEach
    void clear() {
        System.clearProperty(JournalAbsence.PROPERTY);
    }

    @Test
    void shouldServeRecordNothingAndSaySo(@TempDir final Path directory) throws Exception {
        System.setProperty(JournalAbsence.PROPERTY, JournalAbsence.VALUE);
        try (ScriptedUpstream upstream = new ScriptedUpstream()) {
            upstream.script = (request, out, socket) -> ScriptedUpstream.ok(out, "abc");
            try (UpstreamsUnderTest node = new UpstreamsUnderTest(directory, 1, UpstreamsUnderTest.servers(upstream));
                    RawClient client = node.client()) {
                for (int i = 0; i < 20; i++) {
                    assertThat(UpstreamsUnderTest.get(client, "/v1/rate").body())
                            .isEqualTo("abc");
                }
                assertThat(admin(node, "/health/ready")).contains("\"journal\":\"discards every record\"");
                assertThat(admin(node, "/metrics")).contains("openclaw_journal_healthy 0.0");
            }
        }
        assertThat(JournalReader.files(List.of(directory.resolve("data/journal"))))
                .isEmpty();
    }

    private static String admin(final UpstreamsUnderTest node, final String path) throws Exception {
        final URI uri =
                URI.create("http://127.0.0.1:" + node.node.adminAddress().getPort() + path);
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
                .body();
    }

    @Test
    void shouldNotBeSwitchedOnByAnythingElse() {
        assertThat(JournalAbsence.of(CONFIG).isDiscarding()).isFalse();
        System.setProperty(JournalAbsence.PROPERTY, "off");
        assertThatThrownBy(() -> JournalAbsence.of(CONFIG))
                .isInstanceOf(StartException.class)
                .hasMessageContaining("=off: expected " + JournalAbsence.VALUE);
    }

    @Test
    void shouldBeRefusedUnderPowerDurability() {
        System.setProperty(JournalAbsence.PROPERTY, JournalAbsence.VALUE);
        assertThatThrownBy(() -> JournalAbsence.of(CONFIG.withDurability(Durability.POWER)))
                .isInstanceOf(StartException.class)
                .hasMessageContaining("durability: power");
    }
}
