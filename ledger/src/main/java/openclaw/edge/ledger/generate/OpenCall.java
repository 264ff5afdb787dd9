package openclaw.edge.ledger.generate;

/** An exchange that is open: a stream with interim records to come, or what a kill or a shutdown will find. */
final class OpenCall {
    final int lane;
    final long exchange;
    final int tenant;
    final int agent;
    final Call call;
    final long admittedNs;
    long rest;
    boolean isStream;
    int interims;

    OpenCall(
            final int lane,
            final long exchange,
            final int tenant,
            final int agent,
            final Call call,
            final long admittedNs) {
        this.lane = lane;
        this.exchange = exchange;
        this.tenant = tenant;
        this.agent = agent;
        this.call = call;
        this.admittedNs = admittedNs;
        this.rest = call.tokens;
    }
}
