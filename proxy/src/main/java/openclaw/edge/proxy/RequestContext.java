package openclaw.edge.proxy;

import openclaw.edge.proxy.config.LoopView;
import openclaw.edge.proxy.config.Snapshot;
import openclaw.edge.proxy.decide.Admitted;
import openclaw.edge.proxy.exchange.ExchangeHandler;
import openclaw.edge.proxy.identify.Identity;
import openclaw.edge.proxy.record.OpenUsage;

/** What the pipeline keeps with one exchange; reused with it, owned by its event loop. */
final class RequestContext implements ExchangeHandler.Attachment {
    /** How far the pipeline has come with the request; decides what its end is counted as. */
    enum Stage {
        /** No request was begun with this use of the exchange. */
        NONE,
        /** Begun, neither refused nor admitted. */
        UNDECIDED,
        /** Counted as refused, malformed, or answered here: nothing is owed to anybody. */
        SETTLED,
        /** Admitted: a record is owed. */
        ADMITTED
    }

    final Identity identity = new Identity();
    final Admitted admitted = new Admitted();
    final OpenUsage usage = new OpenUsage();
    Snapshot snapshot;
    LoopView view;
    Stage stage = Stage.NONE;
    long beginNs;
    long epochNs;
    long sentNs;
    long respondedNs;
    boolean isRewritten;
    boolean isContinued;
    boolean isRetried;
    int passedOver;

    /** The request is under a snapshot from now on. */
    void take(final Snapshot taken, final int loop) {
        snapshot = taken;
        view = taken.loop(loop);
    }

    @Override
    public void reset() {
        identity.reset();
        admitted.reset();
        usage.reset();
        snapshot = null;
        view = null;
        stage = Stage.NONE;
        beginNs = 0;
        epochNs = 0;
        sentNs = 0;
        respondedNs = 0;
        isRewritten = false;
        isContinued = false;
        isRetried = false;
        passedOver = 0;
    }
}
