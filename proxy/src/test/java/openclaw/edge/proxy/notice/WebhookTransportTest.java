package openclaw.edge.proxy.notice;

import static openclaw.edge.proxy.notice.NoticeFixture.SECOND_NS;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.pkitesting.X509Bundle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import openclaw.edge.proxy.FreePorts;
import openclaw.edge.proxy.testing.Certificates;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Notices over real sockets, to receivers that fail in every way. */
@Timeout(120)
final class WebhookTransportTest {
    private static final long EPOCH_MS = NoticeFixture.START_NS / 1_000_000;
    private static final char[] NO_PASSWORD = {};

    @TempDir
    Path directory;

    private NoticeFixture fixture;
    private QuotaNotices notices;

    @BeforeEach
    void open() {
        fixture = new NoticeFixture(directory);
        fixture.usedTokens = 850;
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    private void start(final SSLContext tls, final Duration timeout) {
        notices = fixture.start(new WebhookTransport(tls, timeout, () -> EPOCH_MS));
    }

    @Test
    void shouldSendASignedBodyUnderItsKey() throws Exception {
        try (WebhookServer server = new WebhookServer(null)) {
            fixture.reload(server.url());
            start(null, WebhookTransport.TIMEOUT);
            fixture.poll(SECOND_NS);
            fixture.awaitOutcomes(1);

            final WebhookServer.Received received = server.take();
            final long seconds = EPOCH_MS / 1000;
            final Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(NoticeFixture.SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            final byte[] expected = mac.doFinal((seconds + "." + received.body()).getBytes(StandardCharsets.UTF_8));
            assertThat(received.fields())
                    .containsEntry("Content-Type", "application/json")
                    .containsEntry("Idempotency-Key", "acme/2026-11/0.8")
                    .containsEntry(
                            "X-OpenClaw-Signature",
                            "t=" + seconds + ",v1=" + HexFormat.of().formatHex(expected));
            assertThat(received.path()).isEqualTo("/hook");
            assertThat(received.body()).contains("\"id\":\"acme/2026-11/0.8\"");
            assertThat(notices.count(NoticeCounter.DELIVERED)).isEqualTo(1);
            assertThat(fixture.marks.mask).isEqualTo(1);
        }
    }

    @Test
    void shouldSignNothingWithoutASecret() throws Exception {
        try (WebhookServer server = new WebhookServer(null)) {
            fixture.reload("monthly_quota: 1_000", "alert_webhook: '" + server.url() + "'");
            start(null, WebhookTransport.TIMEOUT);
            fixture.poll(SECOND_NS);

            assertThat(server.take().fields()).doesNotContainKey("X-OpenClaw-Signature");
        }
    }

    @Test
    void shouldSendUntilItIsTaken() throws Exception {
        try (WebhookServer server = new WebhookServer(null)) {
            server.then(500)
                    .then(429, "7")
                    .then(503, "Tue, 10 Nov 2026 12:00:40 GMT")
                    .then(302)
                    .then(204);
            fixture.reload(server.url());
            start(null, WebhookTransport.TIMEOUT);
            fixture.poll(SECOND_NS);
            fixture.awaitOutcomes(1);
            fixture.poll(SECOND_NS);
            fixture.awaitOutcomes(1);
            assertThat(server.waiting()).isEqualTo(2);
            fixture.poll(6 * SECOND_NS);
            assertThat(notices.pendingKeys()).hasSize(1);
            assertThat(server.waiting()).isEqualTo(2);
            fixture.poll(SECOND_NS);
            fixture.awaitOutcomes(1);
            fixture.poll(39 * SECOND_NS);
            assertThat(server.waiting()).isEqualTo(3);
            fixture.poll(SECOND_NS);
            fixture.awaitOutcomes(1);
            fixture.poll(NoticeBackoff.LONGEST_NS);
            fixture.awaitOutcomes(1);

            assertThat(server.waiting()).isEqualTo(5);
            for (int i = 0; i < 5; i++) {
                final WebhookServer.Received received = server.take();
                assertThat(received.path()).as("no redirect is followed").isEqualTo("/hook");
                assertThat(received.fields()).containsEntry("Idempotency-Key", "acme/2026-11/0.8");
            }
            assertThat(notices.count(NoticeCounter.REFUSED)).isEqualTo(4);
            assertThat(notices.count(NoticeCounter.DELIVERED)).isEqualTo(1);
        }
    }

    @Test
    void shouldGiveUpOnAReceiverThatHangsAndTryAgain() throws Exception {
        try (WebhookServer server = new WebhookServer(null)) {
            server.thenHang();
            fixture.reload(server.url());
            start(null, Duration.ofMillis(500));
            fixture.poll(SECOND_NS);
            fixture.awaitOutcomes(1);
            assertThat(notices.count(NoticeCounter.UNANSWERED)).isEqualTo(1);
            // However often the machine is too slow for so short a time-out.
            while (notices.count(NoticeCounter.DELIVERED) == 0) {
                fixture.poll(NoticeBackoff.LONGEST_NS);
                fixture.awaitOutcomes(1);
            }
            assertThat(fixture.marks.mask).isEqualTo(1);
        }
    }

    @Test
    void shouldNotReadAnAnswerThatNeverEnds() throws Exception {
        try (WebhookServer server = new WebhookServer(null)) {
            server.thenEndless();
            fixture.reload(server.url());
            start(null, WebhookTransport.TIMEOUT);
            fixture.poll(SECOND_NS);
            fixture.awaitOutcomes(1);

            assertThat(notices.count(NoticeCounter.DELIVERED)).isEqualTo(1);
        }
    }

    @Test
    void shouldCountAReceiverThatIsNotThere() throws Exception {
        fixture.reload("http://127.0.0.1:" + FreePorts.next() + "/");
        start(null, WebhookTransport.TIMEOUT);
        fixture.poll(SECOND_NS);
        fixture.awaitOutcomes(1);

        assertThat(notices.count(NoticeCounter.UNANSWERED)).isEqualTo(1);
        assertThat(notices.pendingKeys()).hasSize(1);
    }

    @Test
    void shouldTrustOnlyCertificatesOfTheRightNameAndAuthority() throws Exception {
        final Certificates certificates = new Certificates(directory);
        final X509Bundle good = certificates.server("good", false, "localhost");
        final X509Bundle other = certificates.server("other", false, "example.com");

        assertThat(deliveredOverTls(good, certificates.trusting(null))).isTrue();
        assertThat(deliveredOverTls(other, certificates.trusting(null))).isFalse();
        assertThat(deliveredOverTls(good, null)).isFalse();
    }

    private boolean deliveredOverTls(final X509Bundle shown, final SSLContext trusting) throws Exception {
        final KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(shown.toKeyStore(NO_PASSWORD), NO_PASSWORD);
        final SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(keys.getKeyManagers(), null, new SecureRandom());
        try (WebhookServer server = new WebhookServer(tls)) {
            fixture.marks.mask = 0;
            fixture.reload("https://localhost:" + server.port() + "/hook");
            start(trusting, WebhookTransport.TIMEOUT);
            fixture.poll(SECOND_NS);
            fixture.awaitOutcomes(1);
            notices.close();
            return notices.count(NoticeCounter.DELIVERED) == 1;
        }
    }
}
