package openclaw.edge.ledger.record;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static openclaw.edge.ledger.record.UsageRecordDescriptor.*;

import org.agrona.concurrent.UnsafeBuffer;

/**
 * Flyweight over a USAGE record, in the journal or in a lane's slot. Layout: {@link UsageRecordDescriptor}. Setters return
 * the flyweight. Not thread-safe.
 */
public final class UsageRecord extends RecordFlyweight {
    /** A flyweight over nothing yet. */
    public UsageRecord() {
        super(RecordType.USAGE);
    }

    /**
     * Begins a record: header set, every field of the body zero.
     *
     * @param buffer memory to hold it, {@link UsageRecordDescriptor#LENGTH} bytes from the offset
     * @param offset of its header
     * @param lifeHigh upper half of the life
     * @param lifeLow lower half of the life
     * @param lane of the life
     * @return this
     */
    public UsageRecord begin(
            final UnsafeBuffer buffer, final int offset, final long lifeHigh, final long lifeLow, final int lane) {
        begin(buffer, offset, LENGTH);
        identity(lifeHigh, lifeLow, lane);
        return this;
    }

    /**
     * How the exchange ended.
     *
     * @return the outcome; null in an interim record
     */
    public Outcome outcome() {
        return Outcome.ofCode(byteAt(OUTCOME_OFFSET));
    }

    /**
     * Sets how the exchange ended.
     *
     * @param outcome of the exchange
     * @return this
     */
    public UsageRecord outcome(final Outcome outcome) {
        byteAt(OUTCOME_OFFSET, outcome.code());
        return this;
    }

    /**
     * All flags.
     *
     * @return bits FLAG_... of the descriptor
     */
    public int flags() {
        return byteAt(FLAGS_OFFSET);
    }

    /**
     * Sets all flags.
     *
     * @param flags bits FLAG_... of the descriptor
     * @return this
     */
    public UsageRecord flags(final int flags) {
        byteAt(FLAGS_OFFSET, flags);
        return this;
    }

    /**
     * Whether this is the exchange's last record.
     *
     * @return false for an interim record
     */
    public boolean isFinal() {
        return (flags() & FLAG_FINAL) != 0;
    }

    /**
     * Whether the {@code bill:} rule exempts the exchange.
     *
     * @return true when charged tokens are below the admitted ones for that reason
     */
    public boolean isExempt() {
        return (flags() & FLAG_EXEMPT) != 0;
    }

    /**
     * Sets whether the {@code bill:} rule exempts the exchange.
     *
     * @param exempt true if so
     * @return this
     */
    public UsageRecord exempt(final boolean exempt) {
        return flags(exempt ? flags() | FLAG_EXEMPT : flags() & ~FLAG_EXEMPT);
    }

    /**
     * HTTP status given to the client.
     *
     * @return 100 to 999; 0 when none was given or it is not known
     */
    public int status() {
        return shortAt(STATUS_OFFSET);
    }

    /**
     * Sets the HTTP status given to the client.
     *
     * @param status 0 to 999
     * @return this
     */
    public UsageRecord status(final int status) {
        shortAt(STATUS_OFFSET, status);
        return this;
    }

    /**
     * Requests counted by this record.
     *
     * @return 1 in a final record, 0 in an interim one
     */
    public int requests() {
        return buffer.getInt(offset + REQUESTS_OFFSET, LITTLE_ENDIAN);
    }

    /**
     * Sets the requests counted by this record.
     *
     * @param requests 0 or more
     * @return this
     */
    public UsageRecord requests(final int requests) {
        buffer.putInt(offset + REQUESTS_OFFSET, requests, LITTLE_ENDIAN);
        return this;
    }

    /**
     * How far the exchange had come.
     *
     * @return the phase at the commit, or at the kill when IN_DOUBT
     */
    public Phase phase() {
        return Phase.ofCode(byteAt(PHASE_OFFSET));
    }

    /**
     * Sets how far the exchange had come.
     *
     * @param code of a {@link Phase}
     * @return this
     */
    public UsageRecord phase(final int code) {
        byteAt(PHASE_OFFSET, code);
        return this;
    }

    /**
     * Number in the lane, from 1 without gaps.
     *
     * @return 1 or more
     */
    public long sequence() {
        return longAt(SEQUENCE_OFFSET);
    }

    /**
     * Sets: number in the lane, from 1 without gaps.
     *
     * @param sequence 1 or more
     * @return this
     */
    public UsageRecord sequence(final long sequence) {
        longAt(SEQUENCE_OFFSET, sequence);
        return this;
    }

    /**
     * Admission instant in cycle time; decides cycle, plan slice and quota row.
     *
     * @return nanoseconds since the Unix epoch
     */
    public long admittedNs() {
        return longAt(ADMITTED_NS_OFFSET);
    }

    /**
     * Sets: admission instant in cycle time; decides cycle, plan slice and quota row.
     *
     * @param admittedNs nanoseconds since the Unix epoch
     * @return this
     */
    public UsageRecord admittedNs(final long admittedNs) {
        longAt(ADMITTED_NS_OFFSET, admittedNs);
        return this;
    }

    /**
     * Number of the exchange in its lane; interim records and the final one share it.
     *
     * @return 1 or more
     */
    public long exchange() {
        return longAt(EXCHANGE_OFFSET);
    }

    /**
     * Sets: number of the exchange in its lane; interim records and the final one share it.
     *
     * @param exchange 1 or more
     * @return this
     */
    public UsageRecord exchange(final long exchange) {
        longAt(EXCHANGE_OFFSET, exchange);
        return this;
    }

    /**
     * Name id of the tenant.
     *
     * @return as of {@link NameHash}
     */
    public long tenantId() {
        return longAt(TENANT_OFFSET);
    }

    /**
     * Sets: name id of the tenant.
     *
     * @param tenantId as of {@link NameHash}
     * @return this
     */
    public UsageRecord tenantId(final long tenantId) {
        longAt(TENANT_OFFSET, tenantId);
        return this;
    }

    /**
     * Name id of the tenant's agent.
     *
     * @return as of {@link NameHash}; 0 without agent
     */
    public long agentId() {
        return longAt(AGENT_OFFSET);
    }

    /**
     * Sets: name id of the tenant's agent.
     *
     * @param agentId as of {@link NameHash}; 0 without agent
     * @return this
     */
    public UsageRecord agentId(final long agentId) {
        longAt(AGENT_OFFSET, agentId);
        return this;
    }

    /**
     * Name id of the route or cost rule that applied.
     *
     * @return as of {@link NameHash}; 0 without route
     */
    public long routeId() {
        return longAt(ROUTE_OFFSET);
    }

    /**
     * Sets: name id of the route or cost rule that applied.
     *
     * @param routeId as of {@link NameHash}; 0 without route
     * @return this
     */
    public UsageRecord routeId(final long routeId) {
        longAt(ROUTE_OFFSET, routeId);
        return this;
    }

    /**
     * Name id of the model asked for.
     *
     * @return as of {@link NameHash}; 0 without model
     */
    public long modelId() {
        return longAt(MODEL_OFFSET);
    }

    /**
     * Sets: name id of the model asked for.
     *
     * @param modelId as of {@link NameHash}; 0 without model
     * @return this
     */
    public UsageRecord modelId(final long modelId) {
        longAt(MODEL_OFFSET, modelId);
        return this;
    }

    /**
     * Request body bytes since the exchange's previous record.
     *
     * @return 0 or more
     */
    public long bytesIn() {
        return longAt(BYTES_IN_OFFSET);
    }

    /**
     * Sets: request body bytes since the exchange's previous record.
     *
     * @param bytesIn 0 or more
     * @return this
     */
    public UsageRecord bytesIn(final long bytesIn) {
        longAt(BYTES_IN_OFFSET, bytesIn);
        return this;
    }

    /**
     * Response body bytes since the exchange's previous record.
     *
     * @return 0 or more
     */
    public long bytesOut() {
        return longAt(BYTES_OUT_OFFSET);
    }

    /**
     * Sets: response body bytes since the exchange's previous record.
     *
     * @param bytesOut 0 or more
     * @return this
     */
    public UsageRecord bytesOut(final long bytesOut) {
        longAt(BYTES_OUT_OFFSET, bytesOut);
        return this;
    }

    /**
     * Tokens that the upstream says it read.
     *
     * @return 0 or more; 0 when it says nothing
     */
    public long inputTokens() {
        return longAt(INPUT_TOKENS_OFFSET);
    }

    /**
     * Sets: tokens that the upstream says it read.
     *
     * @param inputTokens 0 or more; 0 when it says nothing
     * @return this
     */
    public UsageRecord inputTokens(final long inputTokens) {
        longAt(INPUT_TOKENS_OFFSET, inputTokens);
        return this;
    }

    /**
     * Tokens that the upstream says it wrote.
     *
     * @return 0 or more; 0 when it says nothing
     */
    public long outputTokens() {
        return longAt(OUTPUT_TOKENS_OFFSET);
    }

    /**
     * Sets: tokens that the upstream says it wrote.
     *
     * @param outputTokens 0 or more; 0 when it says nothing
     * @return this
     */
    public UsageRecord outputTokens(final long outputTokens) {
        longAt(OUTPUT_TOKENS_OFFSET, outputTokens);
        return this;
    }

    /**
     * Tokens debited at admission.
     *
     * @return 0 or more; in an interim record 0
     */
    public long admittedTokens() {
        return longAt(ADMITTED_TOKENS_OFFSET);
    }

    /**
     * Sets: tokens debited at admission.
     *
     * @param admittedTokens 0 or more; in an interim record 0
     * @return this
     */
    public UsageRecord admittedTokens(final long admittedTokens) {
        longAt(ADMITTED_TOKENS_OFFSET, admittedTokens);
        return this;
    }

    /**
     * Tokens charged by this record, after what {@code bill:} exempts.
     *
     * @return 0 or more
     */
    public long chargedTokens() {
        return longAt(CHARGED_TOKENS_OFFSET);
    }

    /**
     * Sets: tokens charged by this record, after what {@code bill:} exempts.
     *
     * @param chargedTokens 0 or more
     * @return this
     */
    public UsageRecord chargedTokens(final long chargedTokens) {
        longAt(CHARGED_TOKENS_OFFSET, chargedTokens);
        return this;
    }

    /**
     * From admission to the commit.
     *
     * @return nanoseconds; 0 when not known (IN_DOUBT)
     */
    public long latencyNs() {
        return longAt(LATENCY_NS_OFFSET);
    }

    /**
     * Sets: from admission to the commit.
     *
     * @param latencyNs nanoseconds; 0 when not known (IN_DOUBT)
     * @return this
     */
    public UsageRecord latencyNs(final long latencyNs) {
        longAt(LATENCY_NS_OFFSET, latencyNs);
        return this;
    }

    /**
     * Hash of the id that the client chose, for tracing; never decides what is billed.
     *
     * @return any; 0 without id
     */
    public long requestIdHash() {
        return longAt(REQUEST_ID_HASH_OFFSET);
    }

    /**
     * Sets: hash of the id that the client chose, for tracing; never decides what is billed.
     *
     * @param requestIdHash any; 0 without id
     * @return this
     */
    public UsageRecord requestIdHash(final long requestIdHash) {
        longAt(REQUEST_ID_HASH_OFFSET, requestIdHash);
        return this;
    }

    /**
     * Bytes of the four names behind the record; in a lane's slot only.
     *
     * @return lengths of tenant, agent, route and model, one byte each from the lowest up
     */
    public int laneNameLengths() {
        return buffer.getInt(offset + LANE_NAME_LENGTHS_OFFSET, LITTLE_ENDIAN);
    }
}
