package openclaw.edge.proxy.config;

import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import openclaw.edge.proxy.tls.PemException;
import openclaw.edge.proxy.tls.PemFile;
import openclaw.edge.proxy.tls.ServerCertificate;
import openclaw.edge.yaml.YamlMap;
import openclaw.edge.yaml.YamlNode;

/**
 * How {@code https://} servers are spoken to, with what the files held when the configuration was read.
 *
 * @param ca authorities to trust; empty: those that the Java runtime trusts
 * @param verify whether certificate and host name are checked
 * @param chain this node's certificate chain for servers that ask for one; empty: none
 * @param key its private key; null: none
 * @param files what was read, by path, absolute, with its SHA-256 in hexadecimal digits
 */
public record UpstreamTlsConfig(
        List<X509Certificate> ca,
        boolean verify,
        List<X509Certificate> chain,
        PrivateKey key,
        Map<Path, String> files) {
    private static final String SYSTEM = "system";

    static UpstreamTlsConfig of(YamlMap map) {
        Map<Path, String> files = new LinkedHashMap<>();
        YamlNode caNode = map.find("ca");
        List<X509Certificate> ca =
                caNode == null || caNode.asText().equals(SYSTEM) ? List.of() : certificates(caNode, files);
        boolean verify = map.bool("verify", true);
        YamlNode cert = map.find("cert");
        YamlNode key = map.find("key");
        map.end();
        if (cert == null && key == null) {
            return new UpstreamTlsConfig(ca, verify, List.of(), null, Map.copyOf(files));
        }
        if (cert == null || key == null) {
            map.problem(
                    cert == null ? "cert" : "key",
                    "both cert and key, or neither",
                    "only " + (cert == null ? "key" : "cert"));
            return new UpstreamTlsConfig(ca, verify, List.of(), null, Map.copyOf(files));
        }
        List<X509Certificate> chain = certificates(cert, files);
        PrivateKey privateKey = key(key, chain, files);
        return new UpstreamTlsConfig(ca, verify, chain, privateKey, Map.copyOf(files));
    }

    private static List<X509Certificate> certificates(YamlNode node, Map<Path, String> files) {
        Path path = node.asPath();
        try {
            PemFile file = PemFile.read(path);
            files.put(path, file.digest());
            return file.certificates();
        } catch (PemException e) {
            node.problem(e.expected(), e.found());
            return List.of();
        }
    }

    private static PrivateKey key(YamlNode node, List<X509Certificate> chain, Map<Path, String> files) {
        Path path = node.asPath();
        try {
            PemFile file = PemFile.read(path);
            files.put(path, file.digest());
            PrivateKey key = file.privateKey();
            return chain.isEmpty() ? null : ServerCertificate.of(chain, key).key();
        } catch (PemException e) {
            node.problem(e.expected(), e.found());
            return null;
        }
    }
}
