package openclaw.edge.proxy.exchange.grammar;

import openclaw.edge.proxy.exchange.Head;
import openclaw.edge.proxy.exchange.Methods;

/** The forms of a request target (RFC 9112 section 3.2) and how each is forwarded: always in origin form, or {@code *}. */
public final class RequestTarget {
    private static final byte[] HTTP = Tokens.ascii("http://");
    private static final byte[] HTTPS = Tokens.ascii("https://");
    private static final byte[] ASTERISK = Tokens.ascii("*");

    private boolean hasAuthority;

    /** Makes a reader; one per event loop. */
    public RequestTarget() {}

    /**
     * Sets path, and authority when the target has one, in the head.
     *
     * @param from of the target, which is not empty and holds only bytes that targets may
     * @return whether the target is in a form that the head's method allows
     */
    public boolean read(final Head head, final int from, final int end) {
        hasAuthority = false;
        final byte[] bytes = head.bytes();
        if (bytes[from] == '/') {
            head.path(from, end - from);
            return true;
        }
        if (bytes[from] == '*') {
            head.path(from, 1);
            return end - from == 1 && head.methodId() == Methods.OPTIONS;
        }
        return absolute(head, from, end);
    }

    /** Whether the last target was in absolute form, so that its authority takes the place of Host's. */
    public boolean hasAuthority() {
        return hasAuthority;
    }

    private boolean absolute(final Head head, final int from, final int end) {
        final byte[] bytes = head.bytes();
        final int authority;
        if (isPrefix(HTTP, bytes, from, end)) {
            authority = from + HTTP.length;
        } else if (isPrefix(HTTPS, bytes, from, end)) {
            authority = from + HTTPS.length;
        } else {
            return false;
        }
        int path = authority;
        while (path < end && bytes[path] != '/' && bytes[path] != '?') {
            path++;
        }
        if (!Authority.isValid(bytes, authority, path - authority)) {
            return false;
        }
        head.authority(authority, path - authority);
        hasAuthority = true;
        if (path == end && head.methodId() == Methods.OPTIONS) {
            head.path(head.append(ASTERISK), 1);
        } else if (path == end || bytes[path] == '?') {
            final int slash = head.claim(1 + end - path);
            head.bytes()[slash] = '/';
            System.arraycopy(bytes, path, head.bytes(), slash + 1, end - path);
            head.path(slash, 1 + end - path);
        } else {
            head.path(path, end - path);
        }
        return true;
    }

    private static boolean isPrefix(final byte[] lower, final byte[] bytes, final int from, final int end) {
        return end - from >= lower.length && Head.equalIgnoreCase(lower, bytes, from, lower.length);
    }
}
