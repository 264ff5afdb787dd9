package openclaw.edge.proxy.h1;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import openclaw.edge.proxy.exchange.EdgeCounter;
import openclaw.edge.proxy.testing.Tools;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which certificate a client is shown, and what of an earlier handshake it may resume. */
@Timeout(60)
class TlsCertificatesTest extends OverTls {
    @ParameterizedTest
    @CsvSource({
        "one.test, TLSv1.3, one.test",
        "ONE.test, TLSv1.2, one.test",
        "two.test, TLSv1.3, two.test",
        "two.test, TLSv1.2, two.test",
        "a.wild.test, TLSv1.3, two.test",
        "a.b.wild.test, TLSv1.3, one.test",
        "wild.test, TLSv1.3, one.test",
        "unknown.test, TLSv1.3, one.test",
        ", TLSv1.3, one.test",
        "both.test, TLSv1.2, both.test",
        "both.test, TLSv1.3, both.test"
    })
    void shouldChooseTheCertificateByTheNameAskedFor(final String name, final String version, final String expected)
            throws Exception {
        try (TlsClient client = new TlsClient(trusting, proxy.port(), name, version)) {
            assertThat(client.commonName()).isEqualTo("CN=" + expected);
        }
    }

    @Test
    void shouldPresentTheKeyThatTheClientKnows() throws Exception {
        try (TlsClient client = new TlsClient(trusting, proxy.port(), "both.test", "TLSv1.3")) {
            assertThat(client.keyType()).isEqualTo("EC");
        }
        assertThat(Tools.openssl(proxy.port(), "both.test", "-sigalgs", "RSA-PSS+SHA256:RSA+SHA256"))
                .contains("Peer signature type: RSA-PSS");
        assertThat(Tools.openssl(proxy.port(), "both.test", "-sigalgs", "ECDSA+SHA256", "-tls1_2"))
                .contains("Peer signature type: ECDSA");
    }

    @Test
    void shouldPresentNewCertificatesToNewConnectionsAndLeaveOpenOnesAlone() throws Exception {
        final SSLContext context = certificates.trusting(null);
        try (TlsClient before = new TlsClient(context, proxy.port(), "x.test", "TLSv1.3")) {
            assertThat(before.get("/").status()).isEqualTo(200);
            assertThat(before.commonName()).isEqualTo("CN=one.test");
            certificates.server("renewed", false, "three.test");
            proxy.listener.replaceSetup(setup("renewed", "", true));
            try (TlsClient after = new TlsClient(certificates.trusting(null), proxy.port(), "x.test", "TLSv1.3")) {
                assertThat(after.commonName()).isEqualTo("CN=three.test");
                assertThat(after.get("/").status()).isEqualTo(200);
            }
            // Sessions outlive the certificate that began them.
            try (TlsClient resumed = new TlsClient(context, proxy.port(), "x.test", "TLSv1.3")) {
                assertThat(resumed.get("/").status()).isEqualTo(200);
            }
            assertThat(count(EdgeCounter.TLS_RESUMED)).isEqualTo(1);
            assertThat(before.get("/").status()).isEqualTo(200);
        }
    }

    @Test
    void shouldShakeHandsWhileCertificatesAreReplaced() throws Exception {
        final Thread[] clients = new Thread[3];
        final List<Throwable> failures = new CopyOnWriteArrayList<>();
        for (int i = 0; i < clients.length; i++) {
            clients[i] = new Thread(() -> {
                try {
                    for (int n = 0; n < 20; n++) {
                        try (TlsClient client = client("TLSv1.3")) {
                            client.get("/");
                        }
                    }
                } catch (final IOException e) {
                    failures.add(e);
                }
            });
            clients[i].start();
        }
        while (clients[0].isAlive() || clients[1].isAlive() || clients[2].isAlive()) {
            proxy.listener.replaceSetup(setup("rsa", "", true));
            Thread.sleep(5);
        }
        assertThat(failures).isEmpty();
        assertThat(count(EdgeCounter.TLS_HANDSHAKES)).isEqualTo(60);
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void shouldResumeSessions(final String version) throws Exception {
        final SSLContext context = certificates.trusting(null);
        for (int i = 0; i < 3; i++) {
            try (TlsClient client = new TlsClient(context, proxy.port(), "one.test", version)) {
                assertThat(client.get("/").status()).isEqualTo(200);
            }
        }
        assertThat(count(EdgeCounter.TLS_HANDSHAKES)).isEqualTo(3);
        assertThat(count(EdgeCounter.TLS_RESUMED)).isEqualTo(2);
    }

    /** As {@code -sess_out} and {@code -sess_in} of openssl, another library than the JDK's. */
    @ParameterizedTest
    @ValueSource(strings = {"-tls1_3", "-tls1_2", "-tls1_2 -no_ticket"})
    void shouldResumeSessionsOfOpenSsl(final String options) throws Exception {
        final String session = directory.resolve("session.pem").toString();
        assertThat(openssl(options + " -sess_out " + session)).contains("New, ");
        assertThat(openssl(options + " -sess_in " + session)).contains("Reused, ");
        assertThat(count(EdgeCounter.TLS_RESUMED)).isEqualTo(1);
    }

    private String openssl(final String options) throws Exception {
        return Tools.openssl(proxy.port(), "one.test", options.split(" "));
    }

    @Test
    void shouldOpenTicketsOfTheLastKeyButOneAndNoOlder() throws Exception {
        final long laterNs = System.nanoTime() + TimeUnit.HOURS.toNanos(7);
        final SSLContext first = certificates.trusting(null);
        final SSLContext second = certificates.trusting(null);
        resumed(first, 0);
        resumed(second, 0);
        proxy.listener.keepHouse(laterNs);
        resumed(first, 1);
        proxy.listener.keepHouse(laterNs + TimeUnit.HOURS.toNanos(7));
        resumed(second, 1);
        // The first client was given a ticket of the key between.
        resumed(first, 2);
    }

    private void resumed(final SSLContext context, final int expected) throws Exception {
        try (TlsClient client = new TlsClient(context, proxy.port(), "one.test", "TLSv1.3")) {
            assertThat(client.get("/").status()).isEqualTo(200);
        }
        assertThat(count(EdgeCounter.TLS_RESUMED)).isEqualTo(expected);
    }

    @Test
    void shouldResumeSessionsOfClientsWithCertificates() throws Exception {
        listen("client_ca: ca.pem");
        final SSLContext context = certificates.trusting(certificates.client("own-client"));
        for (int i = 0; i < 2; i++) {
            try (TlsClient client = new TlsClient(context, proxy.port(), "one.test", "TLSv1.3")) {
                assertThat(client.get("/").status()).isEqualTo(200);
            }
        }
        assertThat(count(EdgeCounter.TLS_RESUMED)).isEqualTo(1);
    }
}
