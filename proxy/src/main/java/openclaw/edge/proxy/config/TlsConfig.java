package openclaw.edge.proxy.config;

import java.nio.file.Path;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import openclaw.edge.proxy.tls.PemException;
import openclaw.edge.proxy.tls.PemFile;
import openclaw.edge.proxy.tls.ServerCertificate;
import openclaw.edge.yaml.YamlMap;
import openclaw.edge.yaml.YamlNode;

/**
 * What a listener presents to clients by TLS, and what it asks of them; with what the files held when the configuration was
 * read.
 *
 * @param certificates chosen among by the name that the client asks for; the first where none bears it
 * @param clientCa clients must show a certificate that leads to one of these; empty: none is asked for
 * @param only13 whether TLS 1.2 is refused
 * @param files what was read, by path, with its SHA-256 in hexadecimal digits, empty for what
 *     could not be read
 * @param warnings what is unwise and no error, by file, line and key
 */
public record TlsConfig(
        List<ServerCertificate> certificates,
        List<X509Certificate> clientCa,
        boolean only13,
        Map<Path, String> files,
        List<String> warnings) {

    /** Reads the keys and the files that they name; what is wrong with either is a problem at the key. */
    static TlsConfig of(YamlMap map) {
        Map<Path, String> files = new LinkedHashMap<>();
        List<String> warnings = new ArrayList<>();
        List<ServerCertificate> certificates = new ArrayList<>();
        List<YamlNode> entries = map.list("certificates");
        for (YamlNode entry : entries) {
            ServerCertificate certificate = certificate(entry.asMap(), files, warnings);
            if (certificate != null) {
                certificates.add(certificate);
            }
        }
        if (entries.isEmpty()) {
            map.problem("certificates", "a list like [{cert: c.pem, key: k.pem}]", "none");
        }
        YamlNode caNode = map.find("client_ca");
        List<X509Certificate> clientCa = caNode == null ? List.of() : certificates(caNode, files, warnings);
        boolean only13 = map.oneOf("min_version", "1.2", "1.3").equals("1.3");
        map.end();
        return new TlsConfig(
                List.copyOf(certificates), clientCa, only13, Collections.unmodifiableMap(files), List.copyOf(warnings));
    }

    private static ServerCertificate certificate(YamlMap map, Map<Path, String> files, List<String> warnings) {
        YamlNode certNode = file(map, "cert");
        YamlNode keyNode = file(map, "key");
        map.end();
        if (certNode == null || keyNode == null) {
            return null;
        }
        List<X509Certificate> chain = certificates(certNode, files, warnings);
        Path keyPath = keyNode.asPath();
        files.putIfAbsent(keyPath, "");
        if (chain.isEmpty()) {
            return null;
        }
        try {
            PemFile file = PemFile.read(keyPath);
            files.put(keyPath, file.digest());
            return ServerCertificate.of(chain, file.privateKey());
        } catch (PemException e) {
            keyNode.problem(e.expected(), e.found());
            return null;
        }
    }

    private static YamlNode file(YamlMap map, String key) {
        YamlNode node = map.find(key);
        if (node == null && map.isPresent()) {
            map.problem(key, "a PEM file", "none");
        }
        return node;
    }

    private static List<X509Certificate> certificates(YamlNode node, Map<Path, String> files, List<String> warnings) {
        Path path = node.asPath();
        files.putIfAbsent(path, "");
        try {
            PemFile file = PemFile.read(path);
            files.put(path, file.digest());
            List<X509Certificate> certificates = file.certificates();
            certificates.forEach(certificate -> warnOfDates(certificate, node, warnings));
            return certificates;
        } catch (PemException e) {
            node.problem(e.expected(), e.found());
            return List.of();
        }
    }

    private static void warnOfDates(X509Certificate certificate, YamlNode node, List<String> warnings) {
        String why;
        try {
            certificate.checkValidity();
            return;
        } catch (CertificateExpiredException e) {
            why = " expired at " + certificate.getNotAfter().toInstant();
        } catch (CertificateNotYetValidException e) {
            why = " is not valid before " + certificate.getNotBefore().toInstant();
        }
        warnings.add(node.file() + ":" + node.line() + ": " + node.key() + ": the certificate "
                + ServerCertificate.subject(certificate) + why);
    }

    /** Whether another says the same with files of the same content. */
    public boolean isSame(TlsConfig other) {
        return only13 == other.only13
                && clientCa.equals(other.clientCa)
                && List.copyOf(files.values()).equals(List.copyOf(other.files.values()));
    }
}
