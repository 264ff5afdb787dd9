package openclaw.edge.proxy.tls;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSession;
import javax.net.ssl.X509ExtendedKeyManager;

/**
 * Chooses a server's certificate by the name that the client asks for (RFC 6066 section 3) and the kinds of key it knows: one
 * that bears the very name, else one with a wildcard for its first label, else the first. Among those, the first whose key is
 * of the kind asked for. A key manager's alias is a certificate's number.
 */
public final class CertificateChooser extends X509ExtendedKeyManager {
    private final List<ServerCertificate> certificates;
    private final Map<String, int[]> byName = new HashMap<>();

    /** @param certificates the first is the one for clients that ask for no name, or for one that none bears */
    public CertificateChooser(final List<ServerCertificate> certificates) {
        this.certificates = List.copyOf(certificates);
        for (int i = 0; i < certificates.size(); i++) {
            for (final String name : certificates.get(i).names()) {
                byName.merge(name, new int[] {i}, CertificateChooser::concat);
            }
        }
    }

    /**
     * The number of the certificate to present.
     *
     * @param name as the client sent it; null when it asked for none
     * @param keyType {@code RSA} or {@code EC}
     * @return -1: none with such a key
     */
    public int choose(final String name, final String keyType) {
        final int[] named = name == null ? null : named(name.toLowerCase(Locale.ROOT));
        return named == null ? defaultOf(keyType) : first(named, keyType);
    }

    private int[] named(final String name) {
        final int[] exact = byName.get(name);
        final int dot = name.indexOf('.');
        return exact != null || dot <= 0 ? exact : byName.get("*" + name.substring(dot));
    }

    /** The first certificate, or one with its names and another kind of key: an RSA certificate beside an ECDSA one. */
    private int defaultOf(final String keyType) {
        final ServerCertificate first = certificates.get(0);
        for (int i = 0; i < certificates.size(); i++) {
            final ServerCertificate certificate = certificates.get(i);
            if (certificate.keyType().equals(keyType)
                    && (i == 0 || certificate.names().equals(first.names()))) {
                return i;
            }
        }
        return -1;
    }

    private int first(final int[] numbers, final String keyType) {
        for (final int number : numbers) {
            if (certificates.get(number).keyType().equals(keyType)) {
                return number;
            }
        }
        return -1;
    }

    private static int[] concat(final int[] a, final int[] b) {
        final int[] all = Arrays.copyOf(a, a.length + b.length);
        System.arraycopy(b, 0, all, a.length, b.length);
        return all;
    }

    @Override
    public String chooseEngineServerAlias(final String keyType, final Principal[] issuers, final SSLEngine engine) {
        // Asked for one kind after the other. BoringSSL asks for kinds that this client may not know (RFC 8446 section
        // 4.2.3); the JDK asks for "RSASSA-PSS" too, of which there is none.
        final SSLSession session = engine.getHandshakeSession();
        final int number = verifies(session, keyType) ? choose(nameAsked(session), keyType) : -1;
        return number < 0 ? null : Integer.toString(number);
    }

    private static boolean verifies(final SSLSession session, final String keyType) {
        if (!(session instanceof ExtendedSSLSession extended)) {
            return true;
        }
        final String[] algorithms = extended.getPeerSupportedSignatureAlgorithms();
        final String wanted = keyType.equals("EC") ? "ECDSA" : keyType;
        return algorithms.length == 0 || Arrays.stream(algorithms).anyMatch(name -> name.contains(wanted));
    }

    private static String nameAsked(final SSLSession session) {
        if (session instanceof ExtendedSSLSession extended) {
            for (final SNIServerName name : extended.getRequestedServerNames()) {
                if (name instanceof SNIHostName host) {
                    return host.getAsciiName();
                }
            }
        }
        return null;
    }

    @Override
    public X509Certificate[] getCertificateChain(final String alias) {
        return certificates.get(Integer.parseInt(alias)).chain().toArray(new X509Certificate[0]);
    }

    @Override
    public PrivateKey getPrivateKey(final String alias) {
        return certificates.get(Integer.parseInt(alias)).key();
    }

    @Override
    public String[] getServerAliases(final String keyType, final Principal[] issuers) {
        return null;
    }

    @Override
    public String chooseServerAlias(final String keyType, final Principal[] issuers, final Socket socket) {
        return null;
    }

    @Override
    public String[] getClientAliases(final String keyType, final Principal[] issuers) {
        return null;
    }

    @Override
    public String chooseClientAlias(final String[] keyTypes, final Principal[] issuers, final Socket socket) {
        return null;
    }
}
