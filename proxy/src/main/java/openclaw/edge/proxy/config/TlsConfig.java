package openclaw.edge.proxy.config;

import java.nio.file.Path;
import java.util.List;

/**
 * What a listener presents to clients by TLS, and what it asks of them.
 *
 * @param certificates chosen among by the name that the client asks for; the first where none fits; at least one
 * @param clientCa PEM certificates of those whose certificates clients must show; null: none is asked for
 */
public record TlsConfig(List<CertificateFiles> certificates, Path clientCa) {
    /**
     * A certificate with its private key.
     *
     * @param cert PEM: the certificate, then those that lead to its authority
     * @param key PEM: PKCS#8, PKCS#1 or SEC 1, not encrypted
     */
    public record CertificateFiles(Path cert, Path key) {}
}
