package openclaw.edge.proxy.h1;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** What {@link StrictModel} makes of the bytes from some offset on. */
final class StrictMessage {
    enum Framing {
        NONE,
        LENGTH,
        CHUNKED,
        CLOSE
    }

    /** Whether the head is complete and legal. */
    boolean headGood;
    /** Whether the message is complete and legal. */
    boolean whole;
    /** Whether no further bytes could make this a message. False for an incomplete one that may also be judged later. */
    boolean refused;
    /** Whether this is a trailer section without its end: what is wrong in it may be told now or at the end. */
    boolean mayRefuse;
    /** Statuses that fit what is wrong with a request's head. */
    final Set<Integer> statuses = new TreeSet<>();

    String method = "";
    /** The first word of a request, though nothing else of it may be legal: who says HEAD expects no body. */
    String firstWord = "";

    String path = "";
    String authority = "";
    int minorVersion;
    int status;
    String reason = "";
    boolean keepAlive;
    boolean expectContinue;
    boolean acceptsTrailers;
    Framing framing = Framing.NONE;
    long lengthBytes;
    /** {@code name: value} of what stays in the head after the framing decision. */
    final List<String> fields = new ArrayList<>();
    /** The same without what Connection nominates. */
    final List<String> unnominated = new ArrayList<>();

    final ByteArrayOutputStream body = new ByteArrayOutputStream();
    final List<String> trailers = new ArrayList<>();
    int end;

    String bodyText() {
        return body.toString(StandardCharsets.ISO_8859_1);
    }

    /** Everything that the receiver of the message acts upon. */
    String words() {
        final String start = status == 0
                ? method + " " + path + " " + authority + " 1." + minorVersion + " expect=" + expectContinue + " te="
                        + acceptsTrailers
                : status + " " + reason;
        return start + " " + fields + " " + framing + " " + lengthBytes + " keep=" + keepAlive;
    }
}
