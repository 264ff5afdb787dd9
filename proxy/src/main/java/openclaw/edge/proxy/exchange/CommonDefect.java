package openclaw.edge.proxy.exchange;

/** What may be wrong with a request of every protocol. */
public enum CommonDefect implements Defect {
    /** CONNECT and TRACE are not offered; answered with Allow. */
    METHOD_NOT_ALLOWED(405, "The method is not offered: Allow names those that are."),
    /** The head did not come in time, or memory ran short before it was whole. */
    HEAD_TIMEOUT(408, "The head of the request did not come in time."),
    /** The target is longer than {@code limits.target}. */
    TARGET_TOO_LONG(414, "The request target is longer than is allowed here."),
    /** An expectation other than 100-continue. */
    EXPECTATION(417, "Expect may say 100-continue and nothing else."),
    /** The head is longer than {@code limits.head}. */
    HEAD_TOO_LARGE(431, "The head of the request is larger than is allowed here."),
    /** The head has more fields than {@code limits.fields}. */
    TOO_MANY_FIELDS(431, "The head of the request has more fields than are allowed here.");

    private final int status;
    private final String detail;

    CommonDefect(final int status, final String detail) {
        this.status = status;
        this.detail = detail;
    }

    @Override
    public int status() {
        return status;
    }

    @Override
    public String detail() {
        return detail;
    }
}
