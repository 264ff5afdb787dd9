package openclaw.edge.proxy.notice;

import java.util.function.Consumer;

/** Carries notices to webhooks. */
interface NoticeTransport extends AutoCloseable {
    /** What became of an attempt that was not answered. */
    int NO_ANSWER = 0;

    /**
     * What became of one attempt.
     *
     * @param status of the answer; {@link #NO_ANSWER} when there was none
     * @param retryAfterNs that the receiver asked to wait, 0 when it did not
     * @param why there was no answer; never holds the webhook's URL
     */
    record Outcome(int status, long retryAfterNs, String why) {
        /** Whether the receiver has it. */
        boolean isDelivered() {
            return status >= 200 && status < 300;
        }

        @Override
        public String toString() {
            return status == NO_ANSWER ? why : "status " + status;
        }
    }

    /**
     * Sends a notice; returns at once.
     *
     * @param then is told exactly once within a bounded time, on any thread
     */
    void send(QuotaNotice notice, Consumer<Outcome> then);

    /** Ends what is under way. */
    @Override
    void close();
}
