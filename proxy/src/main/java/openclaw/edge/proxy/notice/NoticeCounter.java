package openclaw.edge.proxy.notice;

/** What is counted about notices. */
public enum NoticeCounter {
    /** Notices that a receiver has taken. */
    DELIVERED("delivered", "Notices about quotas that their receiver has taken"),
    /** Attempts without an answer. */
    UNANSWERED("attempts_unanswered", "Attempts to send a notice that were not answered: refused, cut, timed out"),
    /** Attempts with a status other than 2xx. */
    REFUSED("attempts_refused", "Attempts to send a notice that were answered with a status other than 2xx"),
    /** Notices that must wait for room. */
    POSTPONED("postponed", "Times that a due notice found too many others waiting; it is found again"),
    /** Notices that cannot be noted. */
    NOT_NOTED("not_noted", "Notices that were delivered, but whose quota row was gone before that could be noted");

    private final String label;
    private final String help;

    NoticeCounter(final String label, final String help) {
        this.label = label;
        this.help = help;
    }

    /** Name of the metric behind {@code openclaw_edge_quota_notices_}. */
    public String label() {
        return label;
    }

    /** What it counts. */
    public String help() {
        return help;
    }
}
