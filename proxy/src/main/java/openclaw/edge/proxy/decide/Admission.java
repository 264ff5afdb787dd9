package openclaw.edge.proxy.decide;

import io.netty.buffer.ByteBuf;
import openclaw.edge.catalog.CostRules;
import openclaw.edge.crdt.BucketTable;
import openclaw.edge.crdt.Buckets;
import openclaw.edge.crdt.QuotaTable;
import openclaw.edge.proxy.exchange.Head;
import openclaw.edge.proxy.identify.AgentRules;
import openclaw.edge.proxy.identify.Identity;
import openclaw.edge.proxy.identify.IdentityVerdict;
import openclaw.edge.sync.Decider;

/**
 * Decides requests of one event loop: what they cost, and whether every limit that guards them admits. All limits are debited
 * or none is.
 */
public final class Admission {
    /** The most of a body that is read for its model. */
    public static final int MAX_BODY_BYTES = 64 * 1024;

    /** The most of a model's name that usage records take. */
    static final int MAX_MODEL_BYTES = 64;

    private final Decider decider;
    private final long bucketOffsetNs;
    private final ModelScanner scanner = new ModelScanner();
    private byte[] body = {};
    private boolean isModelClear;

    /**
     * @param bucketOffsetNs what makes monotonic nanoseconds the time of buckets: the wall clock less the monotonic one, both
     *     read once at the node's start; the same for all loops
     */
    public Admission(final BucketTable table, final QuotaTable quotas, final long bucketOffsetNs) {
        this.decider = new Decider(table, quotas);
        this.bucketOffsetNs = bucketOffsetNs;
    }

    /** The decisions that this loop makes; for its counters. */
    public Buckets buckets() {
        return decider.buckets();
    }

    /**
     * The cost by path, before anything of the body is looked at.
     *
     * @return false when the body's model must be known first: then hold {@link #MAX_BODY_BYTES} of it, {@link #readModel} and
     *     ask {@link #costByModel}
     */
    public boolean costByPath(final Head request, final Admitted out) {
        final long tokens = out.part()
                .costs()
                .tokens(
                        request.bytes(),
                        request.pathOffset(),
                        request.pathLength(),
                        request.framing() != Head.Framing.NONE);
        out.tokens(tokens);
        return tokens != CostRules.NEEDS_MODEL;
    }

    /**
     * Reads the model that the body names.
     *
     * @param held the body as far as it is there, or null
     * @param isWhole whether that is all of it
     */
    public void readModel(final ByteBuf held, final boolean isWhole, final Admitted out) {
        final int length = held == null ? 0 : held.readableBytes();
        // One byte too many shows that the body goes on.
        isModelClear = isWhole && length <= MAX_BODY_BYTES;
        isModelClear &= scan(held, Math.min(length, MAX_BODY_BYTES)) == ModelScanner.CLEAR;
        if (isModelClear) {
            out.model(body, scanner.modelOffset(), scanner.modelLength());
        }
    }

    /** The cost by the model just read; the dearest rule's where that cannot be told for certain. */
    public void costByModel(final Head request, final Admitted out) {
        final CostRules costs = out.part().costs();
        if (!isModelClear) {
            out.tokens(costs.dearestTokens());
            return;
        }
        out.tokens(costs.tokensForModel(
                request.bytes(),
                request.pathOffset(),
                request.pathLength(),
                body,
                scanner.modelOffset(),
                scanner.modelLength()));
    }

    /**
     * The agent by the model just read: by the first one, whatever follows it. The upstream is told which agent was counted.
     *
     * @return {@link IdentityVerdict#IDENTIFIED} or {@link IdentityVerdict#BAD_AGENT}
     */
    public IdentityVerdict agentByModel(final AgentRules agents, final Identity out) {
        return scanner.modelOffset() < 0
                ? IdentityVerdict.IDENTIFIED
                : agents.fromModel(body, scanner.modelOffset(), scanner.modelLength(), out);
    }

    /** The body is copied out once: byte by byte through a buffer's checks would cost several times as much. */
    private int scan(final ByteBuf held, final int length) {
        if (length == 0) {
            return scanner.scan(body, 0, 0);
        }
        if (body.length == 0) {
            body = new byte[MAX_BODY_BYTES];
        }
        held.getBytes(held.readerIndex(), body, 0, length);
        return scanner.scan(body, 0, length);
    }

    /**
     * Asks every limit for the request's tokens. Afterwards {@link Admitted#decision()} is the answer.
     *
     * @param agent holds the agent's name
     * @param agentOffset of its first byte
     * @param agentLength in bytes
     * @param nowNs monotonic
     * @param out with terms and tokens
     * @return see {@link openclaw.edge.crdt.Decision}
     */
    public long decide(
            final byte[] agent, final int agentOffset, final int agentLength, final long nowNs, final Admitted out) {
        return ask(agent, agentOffset, agentLength, out.tokens(), nowNs, out);
    }

    /** Asks every limit what it has left, debiting nothing: for answers that refuse for other reasons. */
    public void peek(
            final byte[] agent, final int agentOffset, final int agentLength, final long nowNs, final Admitted out) {
        ask(agent, agentOffset, agentLength, 0, nowNs, out);
    }

    private long ask(
            final byte[] agent,
            final int agentOffset,
            final int agentLength,
            final long tokens,
            final long nowNs,
            final Admitted out) {
        final long decision = decider.decide(
                out.part().guards(), agent, agentOffset, agentLength, tokens, out.limits(), nowNs + bucketOffsetNs);
        out.decision(decision);
        return decision;
    }

    /**
     * Gives back what an admitted request was not charged with.
     *
     * @param tokens 0 to {@link Admitted#tokens()}
     * @param nowNs monotonic
     */
    public void refund(final Admitted admitted, final long tokens, final long nowNs) {
        if (tokens > 0) {
            decider.buckets().refund(admitted.limits(), tokens, nowNs + bucketOffsetNs);
        }
    }
}
