package openclaw.edge.proxy.config;

import java.nio.file.Path;
import openclaw.edge.yaml.YamlMap;
import openclaw.edge.yaml.YamlNode;

/**
 * How {@code https://} servers are spoken to.
 *
 * @param ca a PEM file with the certificates of authorities to trust; null: those that the Java runtime trusts
 * @param verify whether certificate and host name are checked
 * @param cert a PEM file with this node's certificate chain, for servers that ask; null: none
 * @param key the PEM file of its private key (PKCS #8); null: none
 */
public record UpstreamTlsConfig(Path ca, boolean verify, Path cert, Path key) {
    static UpstreamTlsConfig of(YamlMap map) {
        YamlNode caNode = map.find("ca");
        Path ca = caNode == null || caNode.asText().equals("system") ? null : caNode.asPath();
        YamlNode cert = map.find("cert");
        YamlNode key = map.find("key");
        if ((cert == null) != (key == null)) {
            map.problem(
                    cert == null ? "cert" : "key",
                    "both cert and key, or neither",
                    "only " + (cert == null ? "key" : "cert"));
        }
        UpstreamTlsConfig tls = new UpstreamTlsConfig(
                ca, map.bool("verify", true), cert == null ? null : cert.asPath(), key == null ? null : key.asPath());
        map.end();
        return tls;
    }
}
