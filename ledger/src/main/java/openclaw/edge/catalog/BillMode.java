package openclaw.edge.catalog;

import openclaw.edge.ledger.record.Outcome;
import openclaw.edge.ledger.record.Phase;

/** Which admitted requests are charged. */
public enum BillMode {
    /** What succeeded, as far as the tenant can judge: {@code bill: success}, the default. */
    SUCCESS,
    /** Every admitted request: {@code bill: admitted}. */
    ADMITTED;

    /** Lowest status that says that the service failed, not the request. */
    private static final int FIRST_SERVER_ERROR = 500;

    /**
     * Whether a request that ended so is charged; what is not is recorded with 0 charged tokens and
     * {@link openclaw.edge.ledger.record.UsageRecordDescriptor#FLAG_EXEMPT}.
     *
     * <table>
     * <caption>Under {@link #SUCCESS}</caption>
     * <tr><td>COMPLETE</td><td>final status below 500</td></tr>
     * <tr><td>CLIENT_ABORT</td><td>once the head went upstream, unless the answer was 500 or above</td></tr>
     * <tr><td>UPSTREAM_FAILED, TIMEOUT, SHUTDOWN</td><td>once response bytes of a status below 500 were given</td></tr>
     * <tr><td>IN_DOUBT</td><td>once response bytes of a status below 500 (or unknown) were given</td></tr>
     * </table>
     *
     * @param outcome how it ended
     * @param status final status given to the client; 0 when none or unknown
     * @param phase how far it came
     */
    public boolean isCharged(Outcome outcome, int status, Phase phase) {
        if (this == ADMITTED) {
            return true;
        }
        if (status >= FIRST_SERVER_ERROR) {
            return false;
        }
        return switch (outcome) {
            case COMPLETE -> true;
            case CLIENT_ABORT -> phase != Phase.ADMITTED;
            case UPSTREAM_FAILED, TIMEOUT, SHUTDOWN, IN_DOUBT -> phase == Phase.STREAMING;
        };
    }
}
