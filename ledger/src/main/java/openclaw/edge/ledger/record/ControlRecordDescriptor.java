package openclaw.edge.ledger.record;

/**
 * Layouts of the control records after the common header, little-endian; every record is padded with zeros to a multiple
 * of 8.
 *
 * <pre>
 *  NAME     32: id    40: scope    48: kind u8    49: length u8    56: bytes
 *
 *  OPEN     32: time ns    40: previous life (16)    56: lanes u16    58: previous lanes u16    60: node length u8
 *           64: last sequence of each of the previous life's lanes, then the node's name
 *
 *  CLOSE    32: time ns    40: lanes u16    42: recovered u8
 *           48: last sequence of each lane
 *
 *  TICK     32: time ns    40: open exchanges    48: complete before ns
 *           56: lanes u16    58: heard u16    60: metrics u16    62: rolled u8
 *           64: last appended sequence of each lane
 *             then per life heard: life (16), lanes (8), its highest sequence of each lane
 *             then per metric: name id, total
 *
 *  CATALOG  32: time ns    40: SHA-256 (32)
 *
 *  VOID     32: from sequence    40: to sequence    48: time ns           (lane in the header)
 *
 *  LOSS     32: loss id    40: first ns    48: last ns    56: tenant id
 *           64: requests   72: tokens                                      (lane in the header)
 *
 *  DELETED  32: from sequence    40: to sequence    48: time ns
 *           56: first admission ns    64: last admission ns                (lane in the header)
 *
 *  DELETED_FILE
 *           32: time ns    40: bytes    48: usage records    56: SHA-256 of those bytes (32)
 *           88: name length u16    90: readers length u16    96: the file's name, then its readers' names
 * </pre>
 */
public final class ControlRecordDescriptor {
    /** Where most control records carry their time. */
    static final int TIME_NS_OFFSET = RecordDescriptor.HEADER_LENGTH;

    static final int NAME_ID_OFFSET = RecordDescriptor.HEADER_LENGTH;
    static final int NAME_SCOPE_OFFSET = NAME_ID_OFFSET + Long.BYTES;
    static final int NAME_KIND_OFFSET = NAME_SCOPE_OFFSET + Long.BYTES;
    static final int NAME_LENGTH_OFFSET = NAME_KIND_OFFSET + Byte.BYTES;
    static final int NAME_BYTES_OFFSET = NAME_KIND_OFFSET + Long.BYTES;

    static final int OPEN_PREVIOUS_HIGH_OFFSET = TIME_NS_OFFSET + Long.BYTES;
    static final int OPEN_PREVIOUS_LOW_OFFSET = OPEN_PREVIOUS_HIGH_OFFSET + Long.BYTES;
    static final int OPEN_LANES_OFFSET = OPEN_PREVIOUS_LOW_OFFSET + Long.BYTES;
    static final int OPEN_PREVIOUS_LANES_OFFSET = OPEN_LANES_OFFSET + Short.BYTES;
    static final int OPEN_NODE_LENGTH_OFFSET = OPEN_PREVIOUS_LANES_OFFSET + Short.BYTES;
    static final int OPEN_SEQUENCES_OFFSET = OPEN_LANES_OFFSET + Long.BYTES;

    static final int CLOSE_LANES_OFFSET = TIME_NS_OFFSET + Long.BYTES;
    static final int CLOSE_RECOVERED_OFFSET = CLOSE_LANES_OFFSET + Short.BYTES;
    static final int CLOSE_SEQUENCES_OFFSET = CLOSE_LANES_OFFSET + Long.BYTES;

    static final int TICK_OPEN_EXCHANGES_OFFSET = TIME_NS_OFFSET + Long.BYTES;
    static final int TICK_COMPLETE_BEFORE_NS_OFFSET = TICK_OPEN_EXCHANGES_OFFSET + Long.BYTES;
    static final int TICK_LANES_OFFSET = TICK_COMPLETE_BEFORE_NS_OFFSET + Long.BYTES;
    static final int TICK_HEARD_OFFSET = TICK_LANES_OFFSET + Short.BYTES;
    static final int TICK_METRICS_OFFSET = TICK_HEARD_OFFSET + Short.BYTES;
    static final int TICK_ROLLED_OFFSET = TICK_METRICS_OFFSET + Short.BYTES;
    static final int TICK_SEQUENCES_OFFSET = TICK_LANES_OFFSET + Long.BYTES;
    static final int HEARD_LANES_OFFSET = 2 * Long.BYTES;
    static final int HEARD_SEQUENCES_OFFSET = 3 * Long.BYTES;
    static final int METRIC_LENGTH = 2 * Long.BYTES;

    static final int CATALOG_SHA256_OFFSET = TIME_NS_OFFSET + Long.BYTES;
    static final int SHA256_LENGTH = 32;
    static final int CATALOG_LENGTH = CATALOG_SHA256_OFFSET + SHA256_LENGTH;

    static final int VOID_FROM_OFFSET = RecordDescriptor.HEADER_LENGTH;
    static final int VOID_TO_OFFSET = VOID_FROM_OFFSET + Long.BYTES;
    static final int VOID_TIME_NS_OFFSET = VOID_TO_OFFSET + Long.BYTES;
    static final int VOID_LENGTH = VOID_TIME_NS_OFFSET + Long.BYTES;

    static final int LOSS_ID_OFFSET = RecordDescriptor.HEADER_LENGTH;
    static final int LOSS_FIRST_NS_OFFSET = LOSS_ID_OFFSET + Long.BYTES;
    static final int LOSS_LAST_NS_OFFSET = LOSS_FIRST_NS_OFFSET + Long.BYTES;
    static final int LOSS_TENANT_OFFSET = LOSS_LAST_NS_OFFSET + Long.BYTES;
    static final int LOSS_REQUESTS_OFFSET = LOSS_TENANT_OFFSET + Long.BYTES;
    static final int LOSS_TOKENS_OFFSET = LOSS_REQUESTS_OFFSET + Long.BYTES;
    static final int LOSS_LENGTH = LOSS_TOKENS_OFFSET + Long.BYTES;

    static final int DELETED_FROM_OFFSET = RecordDescriptor.HEADER_LENGTH;
    static final int DELETED_TO_OFFSET = DELETED_FROM_OFFSET + Long.BYTES;
    static final int DELETED_TIME_NS_OFFSET = DELETED_TO_OFFSET + Long.BYTES;
    static final int DELETED_FIRST_NS_OFFSET = DELETED_TIME_NS_OFFSET + Long.BYTES;
    static final int DELETED_LAST_NS_OFFSET = DELETED_FIRST_NS_OFFSET + Long.BYTES;
    static final int DELETED_LENGTH = DELETED_LAST_NS_OFFSET + Long.BYTES;

    static final int FILE_BYTES_OFFSET = TIME_NS_OFFSET + Long.BYTES;
    static final int FILE_RECORDS_OFFSET = FILE_BYTES_OFFSET + Long.BYTES;
    static final int FILE_SHA256_OFFSET = FILE_RECORDS_OFFSET + Long.BYTES;
    static final int FILE_NAME_LENGTH_OFFSET = FILE_SHA256_OFFSET + SHA256_LENGTH;
    static final int FILE_READERS_LENGTH_OFFSET = FILE_NAME_LENGTH_OFFSET + Short.BYTES;
    static final int FILE_TEXT_OFFSET = FILE_NAME_LENGTH_OFFSET + Long.BYTES;

    /** Longest name of any kind, in bytes. */
    public static final int MAX_NAME_LENGTH = 255;

    private ControlRecordDescriptor() {}
}
