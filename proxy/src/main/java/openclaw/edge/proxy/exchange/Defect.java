package openclaw.edge.proxy.exchange;

/**
 * What is wrong with a request that is none, or that did not come. Of each there is one object, made at start, so that an
 * answer can be kept for it and nothing of what was received is in it.
 */
public interface Defect {
    /** The status to answer: 400, 405, 408, 414, 417, 431 or 505. */
    int status();

    /** A sentence for whoever sent it, in visible ASCII. */
    String detail();
}
