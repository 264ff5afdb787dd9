package openclaw.edge.proxy.decide;

import openclaw.edge.catalog.CostRules;
import openclaw.edge.crdt.Decision;
import openclaw.edge.crdt.LimitSet;

/**
 * What a running exchange keeps of its decision: the terms under which it was decided, the limits with what they have left,
 * the cost. Reused with the exchange, owned by its event loop.
 */
public final class Admitted {
    private final LimitSet limits = new LimitSet();
    private TenantEntry tenant;
    private AdmissionPart part;
    private Route route;
    private long tokens;
    private long decision;
    private boolean decided;
    private final byte[] model = new byte[Admission.MAX_MODEL_BYTES];
    private int modelLength;

    /** Forgets everything. */
    public void reset() {
        limits.clear();
        tenant = null;
        part = null;
        route = null;
        tokens = 0;
        decision = 0;
        decided = false;
        modelLength = 0;
    }

    /** Begins: whose request it is, and the terms at this instant. */
    public void begin(final TenantEntry owner, final AdmissionPart terms) {
        tenant = owner;
        part = terms;
    }

    /** The tenant; null before it is known. */
    public TenantEntry tenant() {
        return tenant;
    }

    /** The terms in force at the admission instant; null before the tenant is known. */
    public AdmissionPart part() {
        return part;
    }

    /** The route; null before it was looked for. */
    public Route route() {
        return route;
    }

    public void route(final Route value) {
        route = value;
    }

    /** What the request costs, from 0. */
    public long tokens() {
        return tokens;
    }

    void tokens(final long value) {
        tokens = value;
    }

    /** Whether the cost hangs on the body's model, which is not known yet. */
    public boolean isCostByModel() {
        return tokens == CostRules.NEEDS_MODEL;
    }

    /** The answer of the limits, see {@link Decision}; only after {@link #isDecided()}. */
    public long decision() {
        return decision;
    }

    void decision(final long value) {
        decision = value;
        decided = true;
    }

    /** Whether the limits were asked, so that they tell what they have left. */
    public boolean isDecided() {
        return decided;
    }

    /** The limits in the order of debit, the quota last. */
    public LimitSet limits() {
        return limits;
    }

    /** Room for the model's name, filled up to {@link #modelLength()}. */
    public byte[] model() {
        return model;
    }

    /** Length of the model's name; 0 when none was read. */
    public int modelLength() {
        return modelLength;
    }

    void model(final byte[] bytes, final int offset, final int length) {
        modelLength = Math.min(length, model.length);
        System.arraycopy(bytes, offset, model, 0, modelLength);
    }
}
