package openclaw.edge.proxy;

import openclaw.edge.catalog.RequestPaths;
import openclaw.edge.crdt.Decision;
import openclaw.edge.proxy.config.Snapshot;
import openclaw.edge.proxy.config.Snapshots;
import openclaw.edge.proxy.decide.Admission;
import openclaw.edge.proxy.decide.RateLimitFields;
import openclaw.edge.proxy.decide.Route;
import openclaw.edge.proxy.decide.TenantEntry;
import openclaw.edge.proxy.exchange.Defect;
import openclaw.edge.proxy.exchange.EdgeCounter;
import openclaw.edge.proxy.exchange.Exchange;
import openclaw.edge.proxy.exchange.ExchangeHandler;
import openclaw.edge.proxy.exchange.Head;
import openclaw.edge.proxy.exchange.LoopClock;
import openclaw.edge.proxy.exchange.Outcome;
import openclaw.edge.proxy.exchange.Reason;
import openclaw.edge.proxy.identify.Identifier;
import openclaw.edge.proxy.identify.Identity;
import openclaw.edge.proxy.identify.IdentityFields;
import openclaw.edge.proxy.identify.IdentityVerdict;
import openclaw.edge.proxy.identify.TenantIndex;
import openclaw.edge.proxy.record.Latencies;
import openclaw.edge.proxy.record.UsageRecorder;
import openclaw.edge.proxy.record.UsageTotals;

/**
 * The way of a request through one event loop: identified, decided, forwarded, recorded. Knows no protocol; allocates nothing.
 *
 * <p>Each request is counted once as {@link EdgeCounter#ADMITTED} or under one of the {@code REFUSED_} counters (or
 * {@link EdgeCounter#ANSWERED_HERE}); what was no request, as {@link EdgeCounter#REQUESTS_MALFORMED}. Each admitted one leaves
 * exactly one final record, or is part of a loss.
 */
public final class EdgePipeline implements ExchangeHandler {
    private final Snapshots snapshots;
    private final Identifier identifier = new Identifier();
    private final IdentityFields identityFields = new IdentityFields();
    private final Admission admission;
    private final UsageRecorder recorder;
    private final RateLimitFields rateLimits = new RateLimitFields();
    private final Answers answers = new Answers(rateLimits);
    private final UsageTotals totals = new UsageTotals();
    private final Latencies latencies = new Latencies();
    private final Hops hops;

    /**
     * @param snapshots where the snapshot in force is read, once per request
     * @param admission of this loop
     * @param recorder over this loop's lane
     * @param via this node's name in Via
     */
    public EdgePipeline(
            final Snapshots snapshots, final Admission admission, final UsageRecorder recorder, final String via) {
        this.snapshots = snapshots;
        this.admission = admission;
        this.recorder = recorder;
        this.hops = new Hops(via);
    }

    /** This loop's usage by tenant and agent; any thread reads it. */
    public UsageTotals totals() {
        return totals;
    }

    /** This loop's latencies; one other thread reads them. */
    public Latencies latencies() {
        return latencies;
    }

    /** This loop's decisions, for their counters. */
    public Admission admission() {
        return admission;
    }

    @Override
    public Attachment newAttachment() {
        return new RequestContext();
    }

    @Override
    public void onMalformed(final Exchange exchange, final Defect defect) {
        exchange.loop().counters().increment(EdgeCounter.REQUESTS_MALFORMED);
        context(exchange).stage = RequestContext.Stage.SETTLED;
        answers.malformed(exchange, defect);
    }

    @Override
    public void onRequest(final Exchange exchange) {
        final RequestContext context = begin(exchange);
        final Head request = exchange.request();
        if (hops.count(request) == 0) {
            settle(exchange, context, EdgeCounter.ANSWERED_HERE);
            answers.options(exchange);
            return;
        }
        final IdentityVerdict verdict =
                identifier.identify(request, exchange.peer().address(), context.snapshot.identity(), context.identity);
        final Route route = context.snapshot.routes().find(request);
        context.admitted.route(route);
        if (request.isWebSocket() && route.allowsWebSocket()) {
            exchange.allowTunnel(route.tunnelIdleNs());
        }
        if (verdict != IdentityVerdict.IDENTIFIED) {
            settle(exchange, context, Answers.counter(verdict));
            answers.unidentified(exchange, context, verdict);
            return;
        }
        beginTerms(context, context.identity.tenant());
        if (context.snapshot.addsVia() && hops.isLoop(request)) {
            settle(exchange, context, EdgeCounter.REFUSED_LOOP);
            answers.loop(exchange, context);
        } else if (context.snapshot.isStrictAboutPaths()
                && RequestPaths.isAmbiguous(request.bytes(), request.pathOffset(), request.pathLength())) {
            settle(exchange, context, EdgeCounter.REFUSED_PATH);
            answers.ambiguousPath(exchange, context);
        } else if (admission.costByPath(request, context.admitted) && !isAgentByModel(request, context)) {
            decide(exchange, context);
        } else {
            askForBody(exchange, context);
        }
    }

    /** Whether the agent is to be read from the body: no field names it, models may, and there is one. */
    private static boolean isAgentByModel(final Head request, final RequestContext context) {
        return context.snapshot.identity().agents().areInModels()
                && !context.identity.isAgentInHead()
                && request.framing() != Head.Framing.NONE;
    }

    private RequestContext begin(final Exchange exchange) {
        final RequestContext context = context(exchange);
        final LoopClock clock = exchange.loop().clock();
        exchange.loop().counters().increment(EdgeCounter.REQUESTS);
        context.stage = RequestContext.Stage.UNDECIDED;
        context.take(snapshots.current(), exchange.loop().index());
        context.beginNs = clock.nowNs();
        context.epochNs = clock.epochNs();
        return context;
    }

    private static void beginTerms(final RequestContext context, final int tenantNumber) {
        final TenantEntry tenant = context.snapshot.tenant(tenantNumber);
        context.admitted.begin(tenant, tenant.partAt(context.epochNs));
    }

    /** Cost or agent hang on the model that the body names. A client that waits to be told sends no body before it is. */
    private void askForBody(final Exchange exchange, final RequestContext context) {
        tellToContinue(exchange, context);
        exchange.needBody(Admission.MAX_BODY_BYTES);
    }

    @Override
    public void onBody(final Exchange exchange) {
        final RequestContext context = context(exchange);
        final Head request = exchange.request();
        admission.readModel(exchange.held(), exchange.isBodyComplete(), context.admitted);
        if (context.admitted.isCostByModel()) {
            admission.costByModel(request, context.admitted);
        }
        if (isAgentByModel(request, context)) {
            final IdentityVerdict verdict =
                    admission.agentByModel(context.snapshot.identity().agents(), context.identity);
            if (verdict != IdentityVerdict.IDENTIFIED) {
                settle(exchange, context, Answers.counter(verdict));
                answers.unidentified(exchange, context, verdict);
                return;
            }
        }
        decide(exchange, context);
    }

    private void decide(final Exchange exchange, final RequestContext context) {
        if (!recorder.claim(context.usage) && !context.snapshot.admitsWhenUnavailable()) {
            peek(exchange, context);
            settle(exchange, context, EdgeCounter.REFUSED_JOURNAL);
            answers.unavailable(exchange, context);
            return;
        }
        long decision = ask(exchange, context);
        if (isStale(decision) && renew(exchange, context)) {
            decision = ask(exchange, context);
        }
        if (Decision.isAdmitted(decision)) {
            admit(exchange, context);
            return;
        }
        recorder.cancel(context.usage);
        if (isStale(decision)) {
            settle(exchange, context, EdgeCounter.REFUSED_STALE);
            answers.unavailable(exchange, context);
        } else {
            settle(exchange, context, Answers.counter(decision));
            answers.refused(exchange, context, decision);
        }
    }

    private long ask(final Exchange exchange, final RequestContext context) {
        final Identity identity = context.identity;
        return admission.decide(
                identity.agentBytes(exchange.request()),
                identity.agentOffset(),
                identity.agentLength(),
                exchange.loop().clock().nowNs(),
                context.admitted);
    }

    private void peek(final Exchange exchange, final RequestContext context) {
        final Identity identity = context.identity;
        admission.peek(
                identity.agentBytes(exchange.request()),
                identity.agentOffset(),
                identity.agentLength(),
                exchange.loop().clock().nowNs(),
                context.admitted);
    }

    private static boolean isStale(final long decision) {
        return !Decision.isAdmitted(decision) && Decision.reason(decision) == Decision.REASON_STALE;
    }

    /** The snapshot that the request began with has lost its slots to a newer one: take the terms from that. */
    private boolean renew(final Exchange exchange, final RequestContext context) {
        final Snapshot current = snapshots.current();
        final byte[] id = context.admitted.tenant().idBytes();
        final int number = current.identity().tenants().find(id, 0, id.length);
        if (number == TenantIndex.UNKNOWN) {
            return false;
        }
        context.take(current, exchange.loop().index());
        beginTerms(context, number);
        return true;
    }

    private void admit(final Exchange exchange, final RequestContext context) {
        context.stage = RequestContext.Stage.ADMITTED;
        recorder.admitted(
                exchange.request(),
                context.identity,
                context.admitted,
                context.epochNs,
                exchange.loop().clock().nowNs(),
                context.usage);
        // After it is in the open table: whatever kills the process, what was counted leaves a record.
        exchange.loop().counters().increment(EdgeCounter.ADMITTED);
        if (!context.usage.isRecorded()) {
            exchange.loop().counters().increment(EdgeCounter.ADMITTED_UNRECORDED);
            exchange.loop().counters().add(EdgeCounter.TOKENS_UNRECORDED, context.admitted.tokens());
        }
        exchange.timeouts(
                context.admitted.route().responseHeadTimeoutNs(),
                context.admitted.route().responseIdleTimeoutNs());
        exchange.forward(context.view.upstreams(), false);
    }

    @Override
    public void onSend(final Exchange exchange) {
        final RequestContext context = context(exchange);
        if (!context.isRewritten) {
            context.isRewritten = true;
            tellToContinue(exchange, context);
            context.view.rewriter().request(exchange);
            identityFields.apply(
                    exchange.request(),
                    context.identity,
                    context.admitted.tenant().idBytes(),
                    context.snapshot.identityField(),
                    context.snapshot.agentField());
        } else {
            context.view.rewriter().again(exchange);
        }
        context.sentNs = exchange.loop().clock().nowNs();
        recorder.sent(context.usage);
    }

    @Override
    public void onRequestTrailers(final Exchange exchange, final Head trailers) {
        final RequestContext context = context(exchange);
        context.view.rewriter().requestTrailers(trailers);
        context.snapshot.identityField().dropAll(trailers);
        context.snapshot.agentField().dropAll(trailers);
    }

    private static void tellToContinue(final Exchange exchange, final RequestContext context) {
        if (exchange.request().isExpectContinue() && !context.isContinued) {
            context.isContinued = true;
            exchange.sendContinue();
            exchange.flushResponse();
        }
    }

    @Override
    public void onResponse(final Exchange exchange) {
        final RequestContext context = context(exchange);
        context.respondedNs = exchange.loop().clock().nowNs();
        recorder.streaming(context.usage);
        context.view.rewriter().response(exchange);
        rateLimits.add(
                exchange.response(), context.admitted, exchange.loop().clock().epochNs());
    }

    @Override
    public void onProgress(final Exchange exchange) {
        recorder.progress(
                exchange, context(exchange).usage, exchange.loop().clock().nowNs());
    }

    @Override
    public void onFailure(final Exchange exchange, final Reason reason) {
        final RequestContext context = context(exchange);
        if (context.stage == RequestContext.Stage.ADMITTED && mayRetry(exchange, context, reason)) {
            exchange.forward(context.view.upstreams(), true);
            return;
        }
        if (context.stage == RequestContext.Stage.NONE) {
            // Its body was refused by its length alone: it never was a request to decide about.
            settle(exchange, context, EdgeCounter.REQUESTS_MALFORMED);
            context.take(snapshots.current(), exchange.loop().index());
            context.admitted.route(context.snapshot.routes().find(exchange.request()));
        }
        if (Failures.status(reason) == 503) {
            answers.unavailable(exchange, context);
        } else {
            answers.failed(exchange, context, reason);
        }
    }

    private static boolean mayRetry(final Exchange exchange, final RequestContext context, final Reason reason) {
        if (reason == Reason.PASSED_OVER) {
            return Failures.mayRetryPassedOver(exchange, ++context.passedOver);
        }
        final boolean isFirst = !context.isRetried;
        context.isRetried = true;
        return isFirst
                && Failures.mayRetry(exchange, reason, context.admitted.route().isIdempotent());
    }

    @Override
    public void onEnd(final Exchange exchange, final Outcome outcome) {
        final RequestContext context = context(exchange);
        if (context.stage == RequestContext.Stage.UNDECIDED) {
            settle(exchange, context, EdgeCounter.REFUSED_UNDECIDED);
        } else if (context.stage == RequestContext.Stage.ADMITTED) {
            context.stage = RequestContext.Stage.SETTLED;
            endAdmitted(exchange, context, outcome);
        }
    }

    private void endAdmitted(final Exchange exchange, final RequestContext context, final Outcome outcome) {
        final LoopClock clock = exchange.loop().clock();
        final long nowNs = clock.nowNs();
        final boolean isRecorded = context.usage.isRecorded();
        final long charged = recorder.end(exchange, context.admitted, context.usage, outcome, clock.epochNs(), nowNs);
        final long refund = context.admitted.tokens() - charged;
        admission.refund(context.admitted, refund, nowNs);
        if (!isRecorded) {
            exchange.loop().counters().add(EdgeCounter.REFUNDED_UNRECORDED, refund);
        }
        final Identity identity = context.identity;
        totals.add(
                context.admitted.tenant().id(),
                identity.agentBytes(exchange.request()),
                identity.agentOffset(),
                identity.agentLength(),
                charged);
        // How long a tunnel lives says nothing about how fast anybody answers.
        if (context.respondedNs != 0 && !exchange.isTunnel()) {
            latencies.record(nowNs - context.beginNs, context.respondedNs - context.sentNs);
        }
    }

    private static void settle(final Exchange exchange, final RequestContext context, final EdgeCounter counter) {
        context.stage = RequestContext.Stage.SETTLED;
        exchange.loop().counters().increment(counter);
    }

    private static RequestContext context(final Exchange exchange) {
        return (RequestContext) exchange.attachment();
    }
}
