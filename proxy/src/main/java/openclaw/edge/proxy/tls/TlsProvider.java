package openclaw.edge.proxy.tls;

import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslProvider;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Which library does TLS in this process, and what it is allowed to agree on. Loaded when TLS is first asked for. */
public final class TlsProvider {
    /** Forward secrecy and authenticated encryption only; the names of TLS 1.3 first (RFC 9325 section 4.2). */
    public static final List<String> CIPHERS = List.of(
            "TLS_AES_128_GCM_SHA256",
            "TLS_AES_256_GCM_SHA384",
            "TLS_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");

    private static final Logger LOG = LoggerFactory.getLogger(TlsProvider.class);

    private TlsProvider() {}

    private static final class Holder {
        private static final SslProvider CURRENT = choose();

        private static SslProvider choose() {
            if (OpenSsl.isAvailable()) {
                LOG.info("TLS is done by {}", OpenSsl.versionString());
                return SslProvider.OPENSSL_REFCNT;
            }
            LOG.warn(
                    "BoringSSL cannot be loaded ({}): TLS is done by the JDK, at many times the cost per request; expected"
                            + " Linux with glibc on x86-64 or aarch64 and an executable temporary directory",
                    String.valueOf(OpenSsl.unavailabilityCause()));
            return SslProvider.JDK;
        }
    }

    /** BoringSSL with reference counts, or the JDK where that cannot be loaded, which is logged once. */
    public static SslProvider current() {
        return Holder.CURRENT;
    }

    /**
     * TLS versions from one on.
     *
     * @param only13 false: from 1.2; older ones are never spoken (RFC 8996)
     */
    public static String[] versions(final boolean only13) {
        return only13 ? new String[] {"TLSv1.3"} : new String[] {"TLSv1.3", "TLSv1.2"};
    }
}
