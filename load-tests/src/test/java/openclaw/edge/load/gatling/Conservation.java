package openclaw.edge.load.gatling;

import java.util.ArrayList;
import java.util.List;
import openclaw.edge.load.harness.Invoices;

/**
 * Holds what clients, nodes, journals and invoices say against one another: nothing that was admitted is lost, and nothing is
 * counted twice. A pure function of their books.
 */
final class Conservation {
    private static final int FIRST_FAILURE = 500;
    private static final int AFTER_FAILURES = 600;

    private Conservation() {}

    /** No answer of status 5xx, whoever it came from. */
    static Row noFailures(final ClientBooks clients) {
        return Row.same("answers of status 5xx", clients.answered(FIRST_FAILURE, AFTER_FAILURES), 0);
    }

    /** What clients say against what the nodes' metrics say of the same time. Nobody else may have asked them meanwhile. */
    static List<Row> ofMetrics(final ClientBooks clients, final NodeBooks node) {
        final long seen = node.malformed() + node.refused() + node.admitted();
        final long answered = clients.answered();
        return List.of(
                answered == clients.sent()
                        ? Row.same("malformed + refused + admitted = sent", seen, answered)
                        : Row.between(
                                "answered <= malformed + refused + admitted <= sent", seen, answered, clients.sent()),
                Row.atMost("answered 2xx <= admitted", clients.answered(200, 300), node.admitted()),
                Row.same("ended = admitted", node.recorded(), node.admitted()),
                Row.same("tokens charged = consumed - refunded", node.tokensUsed(), node.consumedNet()));
    }

    /** The same where metrics did not live through the run, since nodes were started anew: by the journal. */
    static List<Row> ofRestarted(final ClientBooks clients, final JournalBooks journal) {
        return List.of(Row.between(
                "answered 2xx <= final records <= sent",
                journal.records(),
                clients.answered(200, 300),
                clients.sent()));
    }

    /** What the metrics say against the journals of the same nodes, which have ended. */
    static List<Row> ofTotals(final NodeBooks node, final JournalBooks journal) {
        return List.of(Row.same("final records = admitted", journal.records(), node.admitted()));
    }

    /**
     * What the journals say, of nodes that have ended, against clients, limits and invoices.
     *
     * @param consumedNet tokens consumed and not given back, as the limits' counters say
     */
    static List<Row> ofJournal(
            final ClientBooks clients, final long consumedNet, final JournalBooks journal, final Invoices invoiced) {
        final List<Row> rows = new ArrayList<>();
        rows.add(Row.same("final records in doubt", journal.inDoubt(), 0));
        rows.add(Row.same("answered 2xx, by request id, without a record", journal.missing(clients), 0));
        rows.add(Row.same("tokens of the records = consumed - refunded", journal.tokens(), consumedNet));
        rows.add(Row.same("tokens invoiced = tokens of the records", invoiced.tokens(), journal.tokens()));
        rows.add(Row.same(
                "requests invoiced = records that are not exempt",
                invoiced.requests(),
                journal.records() - journal.exempt()));
        rows.add(Row.same("gaps, conflicts, damages, losses, lives without an end", journal.problems(), 0));
        return rows;
    }
}
