package openclaw.edge.proxy.exchange;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;

/** Why a TLS handshake with an upstream failed, in words that say what to look at. */
public final class TlsFailure {
    private static final int MAX_CAUSES = 16;

    private TlsFailure() {}

    /** A failure with those words as its message. */
    public static IOException of(final Throwable cause) {
        return new IOException("TLS: " + why(cause), cause);
    }

    private static String why(final Throwable cause) {
        Throwable last = cause;
        Throwable named = null;
        int depth = 0;
        for (Throwable at = cause; at != null && depth < MAX_CAUSES; at = at.getCause(), depth++) {
            last = at;
            if (at instanceof CertificateExpiredException) {
                return "its certificate has expired (" + at.getMessage() + ")";
            }
            if (at instanceof CertificateNotYetValidException) {
                return "its certificate is not valid yet (" + at.getMessage() + ")";
            }
            if (at instanceof CertPathBuilderException) {
                return "its certificate is not signed by an authority that is trusted (upstream.tls.ca)";
            }
            if (at instanceof CertificateException && isAboutName(at.getMessage())) {
                named = at;
            }
        }
        if (named != null) {
            return "its certificate is for another host (" + named.getMessage() + ")";
        }
        return last instanceof ClosedChannelException
                ? "it closed the connection during the handshake"
                : String.valueOf(last.getMessage());
    }

    /** The Java runtime has no type of its own for this. */
    private static boolean isAboutName(final String message) {
        return message != null && (message.startsWith("No ") || message.contains("doesn't match"));
    }
}
