package openclaw.edge.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import openclaw.edge.proxy.testing.Certificates;
import openclaw.edge.proxy.testing.Tools;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Certificates as operators meet them: what {@code check} says of them, and how they are renewed. */
final class TlsProcessTest {
    @TempDir
    private Path directory;

    private Certificates certificates;

    @BeforeEach
    void makeCertificates() throws Exception {
        certificates = new Certificates(directory);
        certificates.server("one", true, "one.test");
        certificates.server("two", false, "two.test");
        certificates.expired("old", "old.test");
        Files.writeString(
                directory.resolve("billing.yaml"),
                "plans: {free: {monthly_quota: 1_000}}\ntenants: [{id: acme, plan: free}]\n");
    }

    private void configure(final int port, final String tls) throws IOException {
        Files.writeString(directory.resolve("edge.yaml"), """
                listen:
                  - address: 127.0.0.1:%d
                    tls:
                %s
                upstream: {servers: [http://127.0.0.1:9000]}
                catalog: [billing.yaml]
                admin: {listen: 127.0.0.1:0}
                """.formatted(port, tls.indent(6)));
    }

    @Test
    void shouldNameEveryFileThatIsWrongWithItsLineAndNoKey() throws Exception {
        configure(8443, """
                certificates:
                  - {cert: one.pem, key: two.key}
                  - {cert: two.pem, key: one.key}
                  - {cert: absent.pem, key: one.key}
                  - {cert: one.key, key: one.pem}
                  - {cert: one.pem}
                client_ca: one.key""");
        try (EdgeProcess edge = EdgeProcess.start(directory, "check", "-c", "edge.yaml")) {
            assertThat(edge.exitCode()).isEqualTo(1);
            final String path = directory.toAbsolutePath() + "/";
            assertThat(edge.err())
                    .contains(
                            "edge.yaml:5: listen[0].tls.certificates[0].key: expected the private key of the first"
                                    + " certificate, CN=one.test, found another one's",
                            "edge.yaml:6: listen[0].tls.certificates[1].key: expected the private key",
                            "edge.yaml:7: listen[0].tls.certificates[2].cert: expected a file that exists, found none at "
                                    + path + "absent.pem",
                            "edge.yaml:8: listen[0].tls.certificates[3].cert: expected a PEM block CERTIFICATE, found"
                                    + " PRIVATE KEY in " + path + "one.key",
                            "edge.yaml:9: listen[0].tls.certificates[4].key: expected a PEM file, found none",
                            "edge.yaml:10: listen[0].tls.client_ca: expected a PEM block CERTIFICATE, found PRIVATE KEY")
                    .doesNotContain("\tat ", "BEGIN");
        }
    }

    @Test
    void shouldWarnOfACertificateThatIsOutOfDate() throws Exception {
        configure(8443, "certificates: [{cert: old.pem, key: old.key}]");
        try (EdgeProcess edge = EdgeProcess.start(directory, "check", "-c", "edge.yaml")) {
            assertThat(edge.exitCode()).as(edge.err()).isZero();
            assertThat(edge.out()).isEqualTo("configuration 'edge.yaml' OK\n");
            assertThat(edge.err())
                    .contains("warning: edge.yaml:4: listen[0].tls.certificates[0].cert: the certificate CN=old.test"
                            + " expired at 2");
        }
    }

    @Test
    void shouldPresentARenewedCertificateAfterAReloadAndKeepItWhenTheNextIsWrong() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/bin/kill")), "SKIPPED: needs kill");
        final int port = FreePorts.next();
        configure(port, "certificates: [{cert: one.pem, key: one.key}]");
        try (EdgeProcess edge = EdgeProcess.start(directory, "run", "-c", "edge.yaml")) {
            edge.awaitErr("listening on");
            assertThat(presented(port)).isEqualTo("CN=one.test");

            replace("two.pem", "one.pem");
            replace("two.key", "one.key");
            edge.signal("HUP");
            edge.awaitErr("in force now");
            assertThat(presented(port)).isEqualTo("CN=two.test");

            replace("old.key", "one.key");
            edge.signal("HUP");
            edge.awaitErr("refused, nothing changed");
            assertThat(presented(port)).isEqualTo("CN=two.test");
            assertThat(edge.err()).contains("edge.yaml:4: listen[0].tls.certificates[0].key: expected the private key");
        }
    }

    @Test
    void shouldServeByTheJdkAndWarnWhereBoringSslCannotBeLoaded() throws Exception {
        final int port = FreePorts.next();
        configure(port, "certificates: [{cert: one.pem, key: one.key}]");
        try (EdgeProcess edge = EdgeProcess.start(
                List.of("-Dio.netty.handler.ssl.noOpenSsl=true"), directory, "run", "-c", "edge.yaml")) {
            edge.awaitErr("listening on");
            assertThat(edge.err()).contains("BoringSSL cannot be loaded");
            assertThat(presented(port)).isEqualTo("CN=one.test");
        }
    }

    @Test
    void shouldAnswerCurlByHttp2() throws Exception {
        final int port = FreePorts.next();
        configure(port, "certificates: [{cert: one.pem, key: one.key}]");
        try (EdgeProcess edge = EdgeProcess.start(directory, "run", "-c", "edge.yaml")) {
            edge.awaitErr("listening on");
            final String authority = "one.test:" + port;
            for (final String version : List.of("2", "1.1")) {
                assertThat(Tools.run(
                                "curl",
                                "-sS",
                                "--http" + version,
                                "--cacert",
                                directory.resolve("ca.pem").toString(),
                                "--resolve",
                                authority + ":127.0.0.1",
                                "-o",
                                "/dev/null",
                                "-w",
                                "%{http_version} %{http_code}",
                                "https://" + authority + "/v1/rate"))
                        .isEqualTo(version + " 401");
            }
        }
    }

    private void replace(final String from, final String to) throws IOException {
        Files.copy(directory.resolve(from), directory.resolve("new"));
        Files.move(directory.resolve("new"), directory.resolve(to), StandardCopyOption.ATOMIC_MOVE);
    }

    private String presented(final int port) throws Exception {
        final SSLContext context = certificates.trusting(null);
        try (SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", port)) {
            socket.setSoTimeout(5000);
            socket.startHandshake();
            return ((X509Certificate) socket.getSession().getPeerCertificates()[0])
                    .getSubjectX500Principal()
                    .getName();
        }
    }
}
