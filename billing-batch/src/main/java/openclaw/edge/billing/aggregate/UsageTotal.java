package openclaw.edge.billing.aggregate;

/** Sums of requests and tokens that fail rather than wrap. Not thread-safe. */
public final class UsageTotal {
    private long requests;
    private long exemptRequests;
    private long tokens;
    private long inDoubtRequests;
    private long inDoubtTokens;

    void addUsage(long moreRequests, long moreExempt, long moreTokens) {
        requests = Math.addExact(requests, moreRequests);
        exemptRequests = Math.addExact(exemptRequests, moreExempt);
        tokens = Math.addExact(tokens, moreTokens);
    }

    void addInDoubt(long moreRequests, long moreTokens) {
        inDoubtRequests = Math.addExact(inDoubtRequests, moreRequests);
        inDoubtTokens = Math.addExact(inDoubtTokens, moreTokens);
    }

    /** Adds another total to this one. */
    public void add(UsageTotal other) {
        addUsage(other.requests, other.exemptRequests, other.tokens);
        addInDoubt(other.inDoubtRequests, other.inDoubtTokens);
    }

    /** Billed requests. */
    public long requests() {
        return requests;
    }

    /** Admitted requests that {@code bill:} exempts. */
    public long exemptRequests() {
        return exemptRequests;
    }

    /** Charged tokens. */
    public long tokens() {
        return tokens;
    }

    /** Requests that were open when their process died; each is also billed or exempt. */
    public long inDoubtRequests() {
        return inDoubtRequests;
    }

    /** Charged tokens of those. */
    public long inDoubtTokens() {
        return inDoubtTokens;
    }
}
