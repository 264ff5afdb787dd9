package openclaw.edge.bench.load;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/**
 * What is sent, when and how.
 *
 * @param target where to; {@code http} or {@code https}, with a host
 * @param rate requests per second, 1 to 1,000,000
 * @param seconds that are measured, 1 to 86,400
 * @param warmUpSeconds before these at the same rate, 0 to 3,600; nothing of them is counted
 * @param connections that are kept open, 1 to 60,000
 * @param threads that send, 1 to {@code connections}
 * @param timeoutNs how long an answer may take from the moment when its request was sent
 * @param insecure whether any certificate is accepted
 * @param request one request, a character of ISO 8859-1 for each byte
 */
record LoadPlan(
        URI target,
        int rate,
        int seconds,
        int warmUpSeconds,
        int connections,
        int threads,
        long timeoutNs,
        boolean insecure,
        String request) {

    static final long SECOND_NS = 1_000_000_000L;
    private static final int HTTP_PORT = 80;
    private static final int HTTPS_PORT = 443;
    private static final int MAX_PORT = 65_535;

    LoadPlan {
        range("--rate", rate, 1, 1_000_000);
        range("--seconds", seconds, 1, 86_400);
        range("--warm-up", warmUpSeconds, 0, 3_600);
        range("--connections", connections, 1, 60_000);
        range("--threads", threads, 1, connections);
        final String scheme = String.valueOf(target.getScheme()).toLowerCase(Locale.ROOT);
        if ((!scheme.equals("http") && !scheme.equals("https")) || target.getHost() == null) {
            throw new IllegalArgumentException(
                    target + ": expected a URL like http://127.0.0.1:8080/v1/rate or https://...");
        }
        if (target.getPort() >= 0) {
            range(target + ": port", target.getPort(), 1, MAX_PORT);
        }
    }

    private static void range(final String what, final int value, final int least, final int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(what + "=" + value + ": expected " + least + " to " + most);
        }
    }

    /** All requests, those of the warm-up among them. */
    long total() {
        return (long) rate * (warmUpSeconds + seconds);
    }

    /**
     * When a request is due.
     *
     * @param index from 0 to {@link #total()}
     * @return nanoseconds after the first one
     */
    long dueNs(final long index) {
        final long whole = index / rate;
        return whole * SECOND_NS + (index - whole * rate) * SECOND_NS / rate;
    }

    boolean isTls() {
        return target.getScheme().equalsIgnoreCase("https");
    }

    String host() {
        final String host = target.getHost();
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    int port() {
        if (target.getPort() >= 0) {
            return target.getPort();
        }
        return isTls() ? HTTPS_PORT : HTTP_PORT;
    }

    /**
     * One request, a character for each byte.
     *
     * @param target where it goes
     * @param method a token; not HEAD and not CONNECT, whose answers are of another form
     * @param fields lines of the form {@code Name: value}; a Host among them replaces the target's
     * @param body empty for none
     * @throws IllegalArgumentException when a field or the method has not that form
     */
    static String request(final URI target, final String method, final List<String> fields, final byte[] body) {
        if (!method.matches("[A-Za-z0-9!#$%&'*+.^_`|~-]+") || method.equals("HEAD") || method.equals("CONNECT")) {
            throw new IllegalArgumentException(
                    "--method=" + method + ": expected a method other than HEAD and CONNECT");
        }
        final StringBuilder head = new StringBuilder(256);
        final String path = target.getRawPath() == null || target.getRawPath().isEmpty() ? "/" : target.getRawPath();
        head.append(method).append(' ').append(path);
        if (target.getRawQuery() != null) {
            head.append('?').append(target.getRawQuery());
        }
        head.append(" HTTP/1.1\r\n");
        if (fields.stream().noneMatch(field -> field.toLowerCase(Locale.ROOT).startsWith("host:"))) {
            head.append("Host: ").append(target.getRawAuthority()).append("\r\n");
        }
        for (final String field : fields) {
            if (!field.matches("[A-Za-z0-9!#$%&'*+.^_`|~-]+:[\\t\\x20-\\x7E\\x80-\\xFF]*")) {
                throw new IllegalArgumentException("--header='" + field + "': expected a field like 'Name: value'");
            }
            head.append(field).append("\r\n");
        }
        if (body.length > 0) {
            head.append("Content-Length: ").append(body.length).append("\r\n");
        }
        return head.append("\r\n")
                .append(new String(body, StandardCharsets.ISO_8859_1))
                .toString();
    }
}
