package openclaw.edge.bench.load;

import io.netty.handler.ssl.NotSslRecordException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import javax.net.ssl.SSLException;
import openclaw.edge.yaml.FailureWords;

/** Why a connection could not be made, in words for people. */
final class LoadFailureWords {
    private static final int MAX_CAUSES = 16;

    private LoadFailureWords() {}

    /**
     * What happened.
     *
     * @return one line, never empty
     */
    static String of(final Throwable failure) {
        Throwable certificate = null;
        boolean isTls = false;
        Throwable at = failure;
        for (int depth = 0; depth < MAX_CAUSES && at != null; depth++) {
            if (at instanceof NotSslRecordException) {
                return "what answers there does not speak TLS; expected an http:// URL, or a port of https";
            }
            // The innermost says what is wrong with it; those around it only that something is.
            if (at instanceof CertificateException
                    || at instanceof CertPathValidatorException
                    || at instanceof CertPathBuilderException) {
                certificate = at;
            }
            isTls |= at instanceof SSLException;
            at = at.getCause();
        }
        if (certificate != null) {
            return "the certificate is not trusted: " + FailureWords.of(certificate) + " (-k to accept any)";
        }
        return isTls ? "no TLS connection: " + FailureWords.of(failure) : FailureWords.of(failure);
    }
}
