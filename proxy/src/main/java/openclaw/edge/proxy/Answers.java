package openclaw.edge.proxy;

import java.util.HashMap;
import java.util.Map;
import openclaw.edge.crdt.Decision;
import openclaw.edge.proxy.answer.ErrorAnswer;
import openclaw.edge.proxy.answer.Problem;
import openclaw.edge.proxy.answer.Shape;
import openclaw.edge.proxy.decide.RateLimitFields;
import openclaw.edge.proxy.exchange.Defect;
import openclaw.edge.proxy.exchange.EdgeCounter;
import openclaw.edge.proxy.exchange.Exchange;
import openclaw.edge.proxy.exchange.Reason;
import openclaw.edge.proxy.identify.IdentityVerdict;

/** The pipeline's own answers: which problem, which fields, in the shape of the route. One per event loop. */
final class Answers {
    private static final long RETRY_SOON_SECONDS = 1;
    private static final Problem[] BY_VERDICT = byVerdict();
    private static final Problem AMBIGUOUS_PATH =
            Problem.of(400, "The path has dot segments, empty segments or escapes that servers read differently.");
    private static final Problem UNAVAILABLE =
            Problem.of(503, "The service cannot take the request now: try again shortly.");

    private static final Problem LOOP = Problem.of(
            508, "The request has passed this server before: the servers in front of it and behind it form a loop.");
    private static final Problem[] BY_REASON = byReason();

    private final Map<Defect, Problem> byDefect = new HashMap<>();
    private final ErrorAnswer answer = new ErrorAnswer();
    private final RateLimitFields rateLimits;

    Answers(final RateLimitFields rateLimits) {
        this.rateLimits = rateLimits;
    }

    private static Problem[] byVerdict() {
        final IdentityVerdict[] verdicts = IdentityVerdict.values();
        final Problem[] problems = new Problem[verdicts.length];
        for (final IdentityVerdict verdict : verdicts) {
            if (verdict != IdentityVerdict.IDENTIFIED) {
                problems[verdict.ordinal()] = Problem.of(verdict.status(), verdict.detail());
            }
        }
        return problems;
    }

    private static Problem[] byReason() {
        final Reason[] reasons = Reason.values();
        final Problem[] problems = new Problem[reasons.length];
        for (final Reason reason : reasons) {
            problems[reason.ordinal()] = Problem.of(Failures.status(reason), Failures.detail(reason));
        }
        return problems;
    }

    /** What a request that could not be identified is counted as. */
    static EdgeCounter counter(final IdentityVerdict verdict) {
        return switch (verdict.status()) {
            case 401 -> EdgeCounter.REFUSED_UNAUTHENTICATED;
            case 403 -> EdgeCounter.REFUSED_FORBIDDEN;
            default -> EdgeCounter.REFUSED_IDENTITY;
        };
    }

    /** What a refusal by a limit is counted as. */
    static EdgeCounter counter(final long decision) {
        return switch (Decision.reason(decision)) {
            case Decision.REASON_QUOTA -> EdgeCounter.REFUSED_QUOTA;
            case Decision.REASON_COST_ABOVE_CAPACITY -> EdgeCounter.REFUSED_COST;
            case Decision.REASON_PARTITION -> EdgeCounter.REFUSED_PARTITION;
            case Decision.REASON_LOST -> EdgeCounter.REFUSED_LOST;
            default -> EdgeCounter.REFUSED_RATE;
        };
    }

    /** What came is no request: its route and tenant are not known. */
    void malformed(final Exchange exchange, final Defect defect) {
        Problem problem = byDefect.get(defect);
        if (problem == null) {
            // Of a fixed set: made once, at the first of its kind.
            problem = Problem.of(defect.status(), defect.detail());
            byDefect.put(defect, problem);
        }
        answer.prepare(exchange, problem, Shape.PROBLEM);
        answer.send(exchange);
    }

    /** OPTIONS that asks for this node. */
    void options(final Exchange exchange) {
        answer.sendOptions(exchange);
    }

    /** Who asks is not known. */
    void unidentified(final Exchange exchange, final RequestContext context, final IdentityVerdict verdict) {
        answer.prepare(exchange, BY_VERDICT[verdict.ordinal()], shape(context));
        if (verdict == IdentityVerdict.UNKNOWN_KEY) {
            answer.invalidToken(exchange);
        }
        answer.send(exchange);
    }

    /** A limit refused. */
    void refused(final Exchange exchange, final RequestContext context, final long decision) {
        final int reason = Decision.reason(decision);
        if (reason == Decision.REASON_LOST) {
            // No limit of its own refused; and another node may be whom a balancer chooses next.
            answer.prepare(exchange, Problem.COUNTS_LOST, shape(context));
            answer.retryAfter(exchange, RETRY_SOON_SECONDS);
            finish(exchange, context);
            return;
        }
        final Problem problem = switch (reason) {
            case Decision.REASON_QUOTA -> Problem.QUOTA_EXCEEDED;
            case Decision.REASON_COST_ABOVE_CAPACITY -> Problem.COST_ABOVE_CAPACITY;
            case Decision.REASON_PARTITION -> Problem.REDUCED_CAPACITY;
            default -> Problem.RATE_LIMITED;
        };
        answer.prepareRefusal(
                exchange, problem, shape(context), context.admitted.part().policyName(Decision.limitIndex(decision)));
        if (reason == Decision.REASON_RATE || reason == Decision.REASON_PARTITION) {
            answer.retryAfter(exchange, RateLimitFields.retryAfterSeconds(Decision.waitNs(decision)));
        } else {
            answer.noRetry(exchange);
        }
        finish(exchange, context);
    }

    /** 503: try again in a second. */
    void unavailable(final Exchange exchange, final RequestContext context) {
        answer.prepare(exchange, UNAVAILABLE, shape(context));
        answer.retryAfter(exchange, RETRY_SOON_SECONDS);
        finish(exchange, context);
    }

    /** A path that others may read otherwise, where that is refused. */
    void ambiguousPath(final Exchange exchange, final RequestContext context) {
        answer.prepare(exchange, AMBIGUOUS_PATH, shape(context));
        finish(exchange, context);
    }

    /** One side gave the exchange up. */
    void failed(final Exchange exchange, final RequestContext context, final Reason reason) {
        answer.prepare(exchange, BY_REASON[reason.ordinal()], shape(context));
        finish(exchange, context);
    }

    /** It has been here before. */
    void loop(final Exchange exchange, final RequestContext context) {
        answer.prepare(exchange, LOOP, shape(context));
        finish(exchange, context);
    }

    private void finish(final Exchange exchange, final RequestContext context) {
        if (context.admitted.part() != null) {
            rateLimits.add(
                    exchange.response(),
                    context.admitted,
                    exchange.loop().clock().epochNs());
        }
        answer.send(exchange);
    }

    private static Shape shape(final RequestContext context) {
        return context.admitted.route() == null
                ? Shape.PROBLEM
                : context.admitted.route().errors();
    }
}
