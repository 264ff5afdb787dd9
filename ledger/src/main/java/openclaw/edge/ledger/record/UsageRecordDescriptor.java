package openclaw.edge.ledger.record;

/**
 * Layout of a USAGE record after the common header, little-endian.
 *
 * <pre>
 *   12: outcome u8 | 13: flags u8 | 14: status u16          (within the header)
 *
 *        0                8
 *       +----------------+----------------+
 *   32  | sequence       | admitted ns    |
 *       +----------------+----------------+
 *   48  | exchange       | tenant id      |
 *       +----------------+----------------+
 *   64  | agent id       | route id       |
 *       +----------------+--------+--+----+
 *   80  | model id       |requests|ph| -  |   ph: phase u8
 *       +----------------+--------+--+----+
 *   96  | bytes in       | bytes out      |
 *       +----------------+----------------+
 *  112  | input tokens   | output tokens  |
 *       +----------------+----------------+
 *  128  | admitted tokens| charged tokens |
 *       +----------------+----------------+
 *  144  | latency ns     | request id hash|
 *       +----------------+----------------+  160 bytes
 * </pre>
 *
 * In a lane's slot the same image stands with the ids zero and the names spelled out behind it, see
 * {@link #LANE_NAMES_OFFSET}; its length and CRC then cover the names too:
 *
 * <pre>
 *       +--+--+--+--+----------+--------------------------------------------
 *  160  |te|ag|ro|mo| reserved | tenant, agent, route, model without gaps
 *       +--+--+--+--+----------+--------------------------------------------
 *        lengths u8
 * </pre>
 */
public final class UsageRecordDescriptor {
    public static final int OUTCOME_OFFSET = RecordDescriptor.BY_TYPE_OFFSET;
    public static final int FLAGS_OFFSET = OUTCOME_OFFSET + Byte.BYTES;
    public static final int STATUS_OFFSET = FLAGS_OFFSET + Byte.BYTES;

    public static final int SEQUENCE_OFFSET = RecordDescriptor.HEADER_LENGTH;
    public static final int ADMITTED_NS_OFFSET = SEQUENCE_OFFSET + Long.BYTES;
    public static final int EXCHANGE_OFFSET = ADMITTED_NS_OFFSET + Long.BYTES;
    public static final int TENANT_OFFSET = EXCHANGE_OFFSET + Long.BYTES;
    public static final int AGENT_OFFSET = TENANT_OFFSET + Long.BYTES;
    public static final int ROUTE_OFFSET = AGENT_OFFSET + Long.BYTES;
    public static final int MODEL_OFFSET = ROUTE_OFFSET + Long.BYTES;
    public static final int REQUESTS_OFFSET = MODEL_OFFSET + Long.BYTES;
    public static final int PHASE_OFFSET = REQUESTS_OFFSET + Integer.BYTES;
    public static final int BYTES_IN_OFFSET = REQUESTS_OFFSET + Long.BYTES;
    public static final int BYTES_OUT_OFFSET = BYTES_IN_OFFSET + Long.BYTES;
    public static final int INPUT_TOKENS_OFFSET = BYTES_OUT_OFFSET + Long.BYTES;
    public static final int OUTPUT_TOKENS_OFFSET = INPUT_TOKENS_OFFSET + Long.BYTES;
    public static final int ADMITTED_TOKENS_OFFSET = OUTPUT_TOKENS_OFFSET + Long.BYTES;
    public static final int CHARGED_TOKENS_OFFSET = ADMITTED_TOKENS_OFFSET + Long.BYTES;
    public static final int LATENCY_NS_OFFSET = CHARGED_TOKENS_OFFSET + Long.BYTES;
    public static final int REQUEST_ID_HASH_OFFSET = LATENCY_NS_OFFSET + Long.BYTES;

    /** Length of a USAGE record in the journal, in bytes. */
    public static final int LENGTH = REQUEST_ID_HASH_OFFSET + Long.BYTES;

    /** Four name lengths (tenant, agent, route, model), one byte each; only in a lane's slot. */
    public static final int LANE_NAME_LENGTHS_OFFSET = LENGTH;

    /** The names, one after the other; only in a lane's slot. */
    public static final int LANE_NAMES_OFFSET = LANE_NAME_LENGTHS_OFFSET + Long.BYTES;

    /** Flag: the exchange's last record; without it, an interim one. */
    public static final int FLAG_FINAL = 1;

    /** Flag: the plan's {@code bill:} rule exempts the exchange, wholly or in part; charged tokens say what is left. */
    public static final int FLAG_EXEMPT = 1 << 1;

    /** Flag: made by recovery from the open table, not by the exchange itself. */
    public static final int FLAG_RECOVERED = 1 << 2;

    /** Longest tenant id, in bytes. */
    public static final int MAX_TENANT_LENGTH = 64;

    /** Longest agent name, in bytes. */
    public static final int MAX_AGENT_LENGTH = 128;

    /** Longest route name, in bytes. */
    public static final int MAX_ROUTE_LENGTH = 64;

    /** Longest model name, in bytes. */
    public static final int MAX_MODEL_LENGTH = 64;

    /** Most bytes that the four names take together. */
    public static final int MAX_NAMES_LENGTH =
            MAX_TENANT_LENGTH + MAX_AGENT_LENGTH + MAX_ROUTE_LENGTH + MAX_MODEL_LENGTH;

    private UsageRecordDescriptor() {}
}
