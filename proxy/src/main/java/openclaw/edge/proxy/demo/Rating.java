package openclaw.edge.proxy.demo;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.netty.util.NetUtil;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * A made-up reputation: the same subject has the same score, always and everywhere.
 *
 * @param subject as it was understood: without outer spaces, in lower case
 * @param kind what the subject is
 * @param hundredths the score, 0 (bad) to 99
 */
record Rating(String subject, Kind kind, int hundredths) {
    /** What can be rated. */
    enum Kind {
        DOMAIN,
        IP,
        EMAIL
    }

    private static final int MAX_SUBJECT_CHARS = 254;
    private static final int TRUSTED_FROM = 60;
    private static final int SUSPECT_FROM = 30;
    private static final String LABEL = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?";
    private static final Pattern DOMAIN =
            Pattern.compile(LABEL + "(?:\\." + LABEL + ")*\\.[a-z][a-z0-9-]{0,61}[a-z0-9]");
    private static final Pattern LOCAL_PART = Pattern.compile("[a-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}");

    /**
     * Rates a subject.
     *
     * @throws IllegalArgumentException when it is neither domain, IP address nor e-mail address; the message is for clients
     */
    static Rating of(String text) {
        String subject = text.strip().toLowerCase(Locale.ROOT);
        Kind kind = subject.length() > MAX_SUBJECT_CHARS ? null : kind(subject);
        if (kind == null) {
            throw new IllegalArgumentException("subject must be a domain, an IP address or an e-mail address");
        }
        return new Rating(subject, kind, Math.floorMod(hash(subject), 100));
    }

    private static Kind kind(String subject) {
        int at = subject.lastIndexOf('@');
        if (at >= 0) {
            boolean good = LOCAL_PART.matcher(subject.substring(0, at)).matches()
                    && DOMAIN.matcher(subject.substring(at + 1)).matches();
            return good ? Kind.EMAIL : null;
        }
        if (NetUtil.isValidIpV4Address(subject) || NetUtil.isValidIpV6Address(subject)) {
            return Kind.IP;
        }
        return DOMAIN.matcher(subject).matches() ? Kind.DOMAIN : null;
    }

    /** FNV-1a with a finishing mix, so that near subjects have far scores. */
    private static int hash(String subject) {
        int hash = 0x811C9DC5;
        for (int i = 0; i < subject.length(); i++) {
            hash = (hash ^ subject.charAt(i)) * 0x01000193;
        }
        hash ^= hash >>> 16;
        hash *= 0x85EBCA6B;
        return hash ^ hash >>> 13;
    }

    String verdict() {
        return hundredths >= TRUSTED_FROM ? "trusted" : hundredths >= SUSPECT_FROM ? "suspect" : "malicious";
    }

    String json() {
        return "{\"subject\":\"" + escaped(subject) + "\",\"kind\":\""
                + kind.name().toLowerCase(Locale.ROOT)
                + "\",\"score\":0." + hundredths / 10 + hundredths % 10 + ",\"verdict\":\"" + verdict()
                + "\",\"model\":\"stand-in-1\"}";
    }

    static String escaped(String text) {
        return new String(JsonStringEncoder.getInstance().quoteAsString(text));
    }
}
